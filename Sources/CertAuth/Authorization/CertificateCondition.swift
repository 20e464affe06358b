// SPDX-License-Identifier: Apache-2.0

/// A condition on digests of certificates or keys.
struct CertificateCondition: Sendable {
    let name: String
    private let digests: Set<Thumbprint>
    private let isSHA256: Bool
    /// The keys of the certificates, as far as they are known.
    private let keys: Set<[UInt8]>
    private let knowsEveryKey: Bool

    init(_ accepted: [Thumbprint], named kind: String) {
        name = "\(kind) \(accepted.map(\.hexadecimal).joined(separator: ", "))"
        digests = Set(accepted)
        isSHA256 = accepted.allSatisfy { $0.algorithm == .sha256 }
        keys = Set(accepted.compactMap(\.publicKeyInfo))
        knowsEveryKey = accepted.allSatisfy { $0.publicKeyInfo != nil }
    }

    /// Whether one of `certificates` is listed, byte for byte.
    func matchesExactly(_ certificates: [Certificate]) throws(AuthorizationPolicyError) -> Bool {
        try check()
        return certificates.contains { digests.contains($0.sha256Thumbprint) }
    }

    /// Whether `certificate`, or another one with the same signed part or key, is listed.
    func matchesAnyForm(of certificate: Certificate) throws(AuthorizationPolicyError) -> Bool {
        try check()
        return digests.contains(certificate.sha256Thumbprint) || keys.contains(certificate.publicKey.derEncoded)
            || certificate.signatureTwinDigests.contains { digest in digests.contains { $0.bytes == digest } }
    }

    /// Whether one of `certificates` has a listed key.
    ///
    /// - Throws: if that cannot be determined.
    func matchesKey(_ certificates: [Certificate]?) throws(AuthorizationPolicyError) -> Bool {
        try check()
        guard let certificates else { throw .issuerUnknown(policy: name) }
        let isMet = certificates.contains {
            digests.contains($0.sha256Thumbprint) || keys.contains($0.publicKey.derEncoded)
        }
        guard isMet || knowsEveryKey else { throw .keyUnknown(policy: name) }
        return isMet
    }

    /// Whether one of `certificates` has a key with one of the digests.
    ///
    /// - Throws: if that cannot be determined.
    func matchesKeyDigest(_ certificates: [Certificate]?) throws(AuthorizationPolicyError) -> Bool {
        try check()
        guard let certificates else { throw .issuerUnknown(policy: name) }
        for certificate in certificates {
            guard let digest = certificate.publicKeyHash(.sha256) else { throw .issuerUnknown(policy: name) }
            if digests.contains(digest) { return true }
        }
        return false
    }

    private func check() throws(AuthorizationPolicyError) {
        guard !digests.isEmpty else { throw .empty(policy: name) }
        guard isSHA256 else { throw .notSHA256(policy: name) }
    }
}
