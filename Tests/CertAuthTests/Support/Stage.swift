// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting
import Logging

/// The common fixture: a root, an issuing CA below it, and a clock that advances only when a test sets it.
struct Stage {
    /// The initial time of the clock.
    static let moment = Timestamp(secondsSince1970: 1_907_755_200)

    let clock: TestClock
    let root: TestAuthority
    let issuing: TestAuthority

    init() throws {
        clock = TestClock(Self.moment)
        root = try TestAuthority("Stage Root", clock: clock.verificationClock)
        issuing = try root.intermediate("Stage Issuing", pathLength: 0)
    }

    /// A policy that trusts the root, with the stage's clock, without revocation, and with the given changes.
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

    /// A policy that accepts only self-signed certificates and pins the given ones.
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

    /// An authenticator with the stage's policy and the given changes.
    func authenticator(
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try authenticator(options: options(change))
    }

    /// An authenticator that discards its log.
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

    /// A self-signed certificate that is valid at the stage's time.
    func selfSigned(
        _ commonName: String = "self",
        _ profile: LeafProfile = .client,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestIdentity {
        try TestIdentity.selfSigned(commonName, profile, clock: clock.verificationClock, customize)
    }

    /// Returns CRLs as evidence.
    func evidence(_ lists: [TestRevocationList]) throws -> RevocationEvidence {
        RevocationEvidence(
            revocationLists: try lists.map { try CertificateRevocationList(derEncoded: $0.derEncoded) }
        )
    }
}

extension TestIdentity {
    /// Returns the chain as presented in a handshake.
    func presented(_ source: PresentedChain.Source = .tls) -> PresentedChain? {
        PresentedChain(derEncoded: chain, source: source)
    }

    /// Only the leaf, as presented in a handshake.
    var presentedAlone: PresentedChain? { PresentedChain(derEncoded: [certificateDER], source: .tls) }
}

extension CertificateAuthenticator {
    /// Authenticates over a full handshake, without other evidence.
    func authenticate(_ chain: PresentedChain?) async -> AuthenticationResult {
        await authenticate(chain, facts: ConnectionFacts(isSecure: true))
    }

    /// Authenticates with the complete chain of an identity.
    func authenticate(_ identity: TestIdentity) async -> AuthenticationResult {
        await authenticate(identity.presented())
    }
}
