// SPDX-License-Identifier: Apache-2.0
// A CA, its revocation service, and authenticators that use it.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import Logging
import XCTest

/// A root whose service listens on loopback, and a clock that advances only when it is set.
struct RevocationServiceScene: Sendable {
    let clock: TestClock
    let root: TestAuthority
    let service: RevocationService

    /// Short, because many tests wait for it.
    static let deadline = Duration.milliseconds(400)
    /// The tolerance added to a deadline for a busy machine.
    static let slack = Duration.milliseconds(600)

    static func run<Result>(
        clock: TestClock = TestClock(),
        _ body: (RevocationServiceScene) async throws -> Result
    ) async throws -> Result {
        let root = try TestAuthority("Scene Root", clock: clock.verificationClock)
        return try await RevocationService.withService(of: root) { service in
            try await body(RevocationServiceScene(clock: clock, root: root, service: service))
        }
    }

    /// Limits under which the service can be reached.
    var policy: RevocationFetchPolicy {
        var policy = RevocationFetchPolicy()
        policy.allowedHosts = ["127.0.0.1"]
        policy.deadline = Self.deadline
        policy.maximumListBytes = 1 << 20
        return policy
    }

    func gatherer(
        _ policy: RevocationFetchPolicy? = nil,
        resolver: any HostResolver = SystemHostResolver(),
        store: RevocationEvidenceStore = RevocationEvidenceStore(),
        artifacts: (any RevocationArtifactStore)? = nil,
        sources: RevocationSourceOptions = RevocationSourceOptions()
    ) -> RevocationGatherer {
        RevocationGatherer(
            fetcher: NIORevocationFetcher(policy: policy ?? self.policy, resolver: resolver),
            store: store,
            artifacts: artifacts,
            sources: sources,
            clock: clock.verificationClock,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func authenticator(
        _ gatherer: RevocationGatherer?,
        cache: (any CertificateValidationCache)? = nil,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [root.certificate]))
        )
        options.clock = clock.verificationClock
        change(&options)
        return try CertificateAuthenticator(
            options: options,
            cache: cache,
            revocationGatherer: gatherer,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

extension CertificateAuthenticator {
    func authenticate(_ identity: TestIdentity) async -> AuthenticationResult {
        await authenticate(
            PresentedChain(derEncoded: identity.chain, source: .tls),
            facts: ConnectionFacts(isSecure: true)
        )
    }
}

extension AuthenticationResult {
    /// `success`, or the code of the refusal.
    var word: String { refusalCode?.rawValue ?? "success" }

    /// The status of the client's certificate, if the client was accepted.
    var status: RevocationStatus? { client?.chain.revocation.first }

    /// Why the status is unknown.
    var causeKind: RevocationCauseKind? {
        if case .unknown(let cause) = status { cause.kind } else { nil }
    }
}
