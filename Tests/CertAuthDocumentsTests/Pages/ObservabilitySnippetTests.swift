// SPDX-License-Identifier: Apache-2.0
// The example on the observability page, compiled and run.

import CertAuth
import CertAuthTesting
import Logging
import Metrics
import Tracing
import XCTest

final class ObservabilitySnippetTests: XCTestCase {
    private func authenticator(
        _ options: CertificateAuthenticationOptions,
        stricter: CertificateAuthenticationOptions,
        _ logger: Logger,
        _ metrics: any MetricsFactory,
        _ tracer: any Tracer
    ) throws -> CertificateAuthenticator {
        // snippet of Observability.md
        var observability = Observability(metrics: metrics, tracer: tracer)
        observability.refusalLines = 50
        let authenticator = try CertificateAuthenticator(
            options: options,
            logger: logger,
            shadow: ShadowPolicy(options: stricter),
            observability: observability
        )
        // end of snippet
        return authenticator
    }

    func test_the_example_authenticates() async throws {
        let root = try TestAuthority("Root")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [root.certificate])))
        options.revocationMode = .noCheck
        var stricter = options
        stricter.requiresExtendedKeyUsage = true
        let logger = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        let authenticator = try authenticator(
            options,
            stricter: stricter,
            logger,
            NOOPMetricsHandler.instance,
            NoOpTracer()
        )
        let chain = PresentedChain(derEncoded: try root.issue("alice").chain, source: .tls)
        let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(result.principal?.name, "alice")
    }
}
