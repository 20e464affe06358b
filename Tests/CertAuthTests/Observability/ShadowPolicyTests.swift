// SPDX-License-Identifier: Apache-2.0
// A shadow policy is counted and logged, and has no effect on results.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Logging
import MetricsTestKit
import Synchronization
import XCTest

final class ShadowPolicyTests: XCTestCase {
    /// Collects tasks that are to run later.
    private final class DeferredTasks: Sendable {
        private let work = Mutex<[@Sendable () -> Void]>([])

        var count: Int { work.withLock { $0.count } }

        func add(_ body: @escaping @Sendable () -> Void) { work.withLock { $0.append(body) } }

        func runAll() {
            let all = work.withLock { work in
                defer { work = [] }
                return work
            }
            for body in all { body() }
        }
    }

    private var stage: Stage!
    private var log: LogRecorder!
    private var metrics: TestMetrics!
    private var later: DeferredTasks!

    override func setUpWithError() throws {
        stage = try Stage()
        log = LogRecorder()
        metrics = TestMetrics()
        later = DeferredTasks()
    }

    private func authenticator(
        cache: (any CertificateValidationCache)? = nil,
        shadow change: (inout CertificateAuthenticationOptions) throws -> Void
    ) throws -> CertificateAuthenticator {
        var shadow = ShadowPolicy(options: try stage.options(change))
        shadow.run = { [later] in later?.add($0) }
        return try CertificateAuthenticator(
            options: stage.options(),
            cache: cache,
            logger: log.logger,
            shadow: shadow,
            observability: Observability(metrics: metrics)
        )
    }

    private func total(_ result: String) -> Int64 {
        metrics.counterTotal(
            label: "certauth.shadow_verdicts",
            dimensions: [("result", result), ("scheme", "Certificate")]
        )
    }

    private var differences: [LogRecorder.Line] {
        log.lines.filter { $0.message == "the shadow policy decides differently" }
    }

    func test_a_shadow_difference_is_counted_and_logged_with_both_codes_and_changes_nothing() async throws {
        let authenticator = try authenticator { $0.requiresExtendedKeyUsage = true }
        let without = try stage.issuing.issue("without", .withoutExtendedKeyUsage)
        assertAccepted(await authenticator.authenticate(without))
        XCTAssertEqual(differences.count, 0)
        later.runAll()
        let line = try XCTUnwrap(differences.first)
        XCTAssertEqual(line.level, "notice")
        XCTAssertEqual(line.metadata["certauth.code"], "success")
        XCTAssertEqual(line.metadata["certauth.shadow_code"], "wrong-usage")
        XCTAssertEqual(line.metadata["certauth.subject"], "CN=without")
        XCTAssertNotNil(line.metadata["certauth.shadow_reason"])
        XCTAssertEqual([total("different"), total("same"), total("skipped")], [1, 0, 0])
        assertAccepted(await authenticator.authenticate(without))
    }

    func test_a_looser_shadow_policy_admits_no_client() async throws {
        let authenticator = try authenticator { $0.validateValidityPeriod = false }
        let old = try stage.issuing.issue("old", .expired)
        for _ in 0..<2 {
            assertRefused(await authenticator.authenticate(old), .expired, at: 0)
            assertRefused(authenticator.validate(try XCTUnwrap(old.presented())), .expired, at: 0)
            later.runAll()
        }
        XCTAssertEqual(differences.first?.metadata["certauth.code"], "expired")
        XCTAssertEqual(differences.first?.metadata["certauth.shadow_code"], "success")
        XCTAssertEqual(total("different"), 4)
    }

    func test_equal_codes_are_counted_and_not_logged() async throws {
        let authenticator = try authenticator { $0.requiresExtendedKeyUsage = true }
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        later.runAll()
        XCTAssertEqual(total("same"), 1)
        XCTAssertEqual(differences.count, 0)
    }

    func test_beyond_its_share_of_work_it_is_left_out() async throws {
        let authenticator = try authenticator { $0.requiresExtendedKeyUsage = true }
        let alice = try stage.issuing.issue("alice")
        for _ in 0..<5 { assertAccepted(await authenticator.authenticate(alice)) }
        XCTAssertEqual(later.count, 2)
        XCTAssertEqual(total("skipped"), 3)
        later.runAll()
        XCTAssertEqual(total("same"), 2)
        assertAccepted(await authenticator.authenticate(alice))
        XCTAssertEqual(later.count, 1)
    }

    func test_a_verdict_from_the_cache_is_not_compared_again() async throws {
        let authenticator = try authenticator(cache: LRUCertificateValidationCache()) {
            $0.requiresExtendedKeyUsage = true
        }
        let alice = try stage.issuing.issue("alice")
        for _ in 0..<3 { assertAccepted(await authenticator.authenticate(alice)) }
        XCTAssertEqual(later.count, 1)
    }

    func test_the_shadow_policy_fetches_nothing_but_uses_held_evidence() async throws {
        struct FailingFetcher: RevocationFetcher {
            let policy = RevocationFetchPolicy()
            let asked: HookCounter<String>

            func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse
            {
                asked.record("\(request.url)")
                throw .timedOut(url: "\(request.url)")
            }
        }
        let asked = HookCounter<String>()
        var shadow = ShadowPolicy(options: try stage.options { $0.revocationMode = .online })
        shadow.run = { [later] in later?.add($0) }
        let revoked = try stage.issuing.issue("revoked") { template in
            template.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/1.crl")]]))
        }
        let lists = [try stage.root.revocationList(), try stage.issuing.revocationList(revoked: [revoked])]
        let authenticator = try CertificateAuthenticator(
            options: stage.options(),
            revocationEvidence: stage.evidence(lists),
            revocationGatherer: RevocationGatherer(fetcher: FailingFetcher(asked: asked)),
            logger: log.logger,
            shadow: shadow
        )
        assertAccepted(await authenticator.authenticate(revoked))
        later.runAll()
        XCTAssertEqual(differences.first?.metadata["certauth.shadow_code"], "revoked")
        XCTAssertEqual(asked.count, 0)
    }

    func test_contradictory_shadow_options_are_refused() throws {
        XCTAssertThrowsError(try authenticator { $0.insecurelyAcceptAnySelfSigned = true }) { error in
            XCTAssertEqual(error as? ConfigurationError, .pinsWithoutSelfSigned)
        }
    }
}
