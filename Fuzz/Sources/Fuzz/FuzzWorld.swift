// SPDX-License-Identifier: Apache-2.0
// The authorities and the client that inputs are about: the same at every run.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import Logging

/// A root, an issuing authority, a client and the policy that judges it.
///
/// The keys are derived from labels, so that a corpus of one run is of use to the next, and Ed25519, so that signatures
/// depend on nothing else.
struct FuzzWorld {
    static let now = Timestamp(secondsSince1970: 1_907_755_200)

    let clock: VerificationClock
    let root: TestAuthority
    let issuing: TestAuthority
    /// The key of authorities below the root that inputs are certificates of.
    let middleKey: TestKey
    /// Issued by `middleKey` in the name of `middleName`.
    let belowMiddle: TestIdentity
    let alice: TestIdentity

    static let middleName = "Fuzz Middle"

    init() throws {
        let clock = TestClock(Self.now).verificationClock
        self.clock = clock
        root = try TestAuthority("Fuzz Root", key: Self.key("root"), clock: clock) { $0.serialNumber = [1] }
        issuing = try root.intermediate("Fuzz Issuing", key: Self.key("issuing")) { $0.serialNumber = [2] }
        middleKey = try Self.key("middle")
        let middle = try root.intermediate(Self.middleName, key: middleKey) { $0.serialNumber = [3] }
        belowMiddle = try middle.issue("below", key: Self.key("below")) {
            $0.serialNumber = [4]
            $0.extensions.append(
                .subjectAlternativeNames([
                    .dns("a.b.example"), .email("a@b.example"), .uri("https://b.example/a"), .ip("192.0.2.1"),
                    .directory("below"), .smtpUTF8Mailbox("müller@b.example"), .userPrincipalName("a@b.example"),
                ])
            )
            $0.extensions.append(
                .certificatePolicies([OID(dotted: "1.2.3.4"), OID(dotted: "1.2.3.5")].compactMap { $0 })
            )
        }
        alice = try issuing.issue("alice", key: Self.key("alice")) { $0.serialNumber = [5] }
    }

    /// A key made of the digest of a label.
    static func key(_ label: String) throws -> TestKey {
        let seed = try DigestAlgorithm.sha256.digest(Array("CertAuth fuzzing: \(label)".utf8))
        let info = DER.sequence([
            DER.integer(0), DER.sequence([DER.objectIdentifier(dotted: "1.3.101.112")]),
            DER.octetString(DER.octetString(seed)),
        ])
        return TestKey(handle: try PrivateKey(der: info))
    }

    func options(
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.clock = clock
        options.revocationMode = .noCheck
        change(&options)
        return options
    }

    func authenticator(
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(
            options: options(change),
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// The client's path, for questions about its revocation.
    func path() throws -> CandidatePath {
        CandidatePath(certificates: [try alice.certificate, try issuing.certificate, try root.certificate])
    }

    /// SIGNED { … } with its signed part under a signature of ours; nil when there is no such part.
    static func signed(_ derEncoded: [UInt8], by key: TestKey) -> [UInt8]? {
        var reader = DERReader(derEncoded)
        guard var outer = try? reader.constructed(), let part = try? outer.value(DERTag.sequence),
            let signature = try? key.signature(over: Array(part.encoding), scheme: .ed25519)
        else { return nil }
        return DER.sequence([Array(part.encoding), SignatureScheme.ed25519.identifier, DER.bitString(signature)])
    }
}
