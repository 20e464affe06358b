// SPDX-License-Identifier: Apache-2.0
// CAs of one name that certify one another, so that a search for paths does not end by itself.

import CertAuth
import CertAuthTesting

/// A ring of CAs of one name, each certified by the next, and a leaf that one of them issued.
struct Mesh {
    /// The name of all CAs.
    static let name: NameTemplate = "Mesh"

    let clock: TestClock
    let leaf: TestIdentity
    /// The ring, in the order of its signatures.
    let authorities: [Certificate]
    /// A self-signed certificate with the same name, whose key signed nothing else.
    let namesake: Certificate

    /// - Parameters:
    ///   - count: the number of CAs.
    ///   - customize: changes a CA's template before it is signed.
    ///   - customizeLeaf: changes the leaf's template.
    init(
        of count: Int,
        at moment: Timestamp = Stage.moment,
        _ customize: (inout CertificateTemplate) -> Void = { _ in },
        leaf customizeLeaf: (inout CertificateTemplate) -> Void = { _ in }
    ) throws {
        clock = TestClock(moment)
        let clock = clock.verificationClock
        let keys = try (0..<count).map { _ in try TestKey.generate() }
        authorities = try keys.indices.map { index in
            let signer = keys[(index + 1) % count]
            let issuer = try TestAuthority("Mesh", key: signer, clock: clock)
            let other = try TestAuthority("Mesh", key: keys[index], clock: clock)
            return try issuer.crossSign(other) { customize(&$0) }.certificate
        }
        let first = try TestAuthority("Mesh", key: keys[0], clock: clock)
        leaf = try first.issue("alice") { customizeLeaf(&$0) }
        namesake = try TestAuthority("Mesh", clock: clock).certificate
    }

    /// A policy that trusts `anchor` and has the ring as additional certificates.
    func options(trusting anchor: Certificate) throws -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [anchor])))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        options.additionalChainCertificates = authorities
        options.limits.additionalCertificates = max(200, authorities.count)
        return options
    }
}
