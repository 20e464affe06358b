// SPDX-License-Identifier: Apache-2.0
// A clock that stands still, a root, an issuing authority below it, and the policies tests ask of them.

import CertAuth
import CertAuthTesting
import Logging

/// What most tests begin with: nothing in it depends on the day the test runs.
struct Stage {
    /// The moment the clock shows at first.
    static let moment = Timestamp(secondsSince1970: 1_907_755_200)

    let clock: TestClock
    let root: TestAuthority
    let issuing: TestAuthority

    init() throws {
        clock = TestClock(Self.moment)
        root = try TestAuthority("Stage Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Stage Issuing", pathLength: 0)
    }

    /// A policy that trusts the root, by the stage's clock, without revocation, with the given changes.
    func options(
        trusting anchors: [Certificate]? = nil,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticationOptions {
        let store = try TrustStore(certificates: anchors ?? [root.certificate])
        var options = CertificateAuthenticationOptions(trust: .custom(store))
        options.clock = clock.verificationClock
        options.revocationMode = .noCheck
        try change(&options)
        return options
    }

    /// A policy for self-signed certificates alone, pinning the given ones.
    func selfSignedOptions(
        pinning identities: [TestIdentity],
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: .noAnchors)
        options.clock = clock.verificationClock
        options.allowedCertificateTypes = .selfSigned
        options.selfSignedPins = Set(try identities.map { .certificate(try $0.certificate.sha256Thumbprint) })
        try change(&options)
        return options
    }

    /// An authenticator of the stage's policy with the given changes.
    func authenticator(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try authenticator(options: options(change))
    }

    /// An authenticator that keeps its log to itself.
    func authenticator(
        options: CertificateAuthenticationOptions,
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents(),
        cache: (any CertificateValidationCache)? = nil,
        evidence: RevocationEvidence = .none
    ) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(
            options: options,
            events: events,
            cache: cache,
            revocationEvidence: evidence,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// A self-signed certificate of the stage's time.
    func selfSigned(
        _ commonName: String = "self",
        _ profile: LeafProfile = .client,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestIdentity {
        try TestIdentity.selfSigned(commonName, profile, clock: clock.verificationClock, customize)
    }

    /// CRLs as evidence.
    func evidence(_ lists: [TestRevocationList]) throws -> RevocationEvidence {
        RevocationEvidence(
            revocationLists: try lists.map { try CertificateRevocationList(derEncoded: $0.derEncoded) }
        )
    }
}

extension TestIdentity {
    /// The chain as a handshake presents it.
    func presented(_ source: PresentedChain.Source = .tls) -> PresentedChain? {
        PresentedChain(derEncoded: chain, source: source)
    }

    /// The leaf alone.
    var presentedAlone: PresentedChain? { PresentedChain(derEncoded: [certificateDER], source: .tls) }
}

extension CertificateAuthenticator {
    /// Authenticates over a full handshake with nothing else known.
    func authenticate(_ chain: PresentedChain?) async -> AuthenticationResult {
        await authenticate(chain, facts: ConnectionFacts(isSecure: true))
    }

    /// Authenticates with the whole chain of an identity.
    func authenticate(_ identity: TestIdentity) async -> AuthenticationResult {
        await authenticate(identity.presented())
    }
}
