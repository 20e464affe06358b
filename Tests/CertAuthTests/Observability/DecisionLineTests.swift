// SPDX-License-Identifier: Apache-2.0
// Log lines of refusals: their identifiers, and their suppression when there are many.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Logging
import MetricsTestKit
import Synchronization
import XCTest

final class DecisionLineTests: XCTestCase {
    private var stage: Stage!
    private var log: LogRecorder!

    override func setUpWithError() throws {
        stage = try Stage()
        log = LogRecorder()
    }

    private func authenticator(
        _ observability: Observability = Observability(),
        events: CertificateAuthenticationEvents = CertificateAuthenticationEvents()
    ) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(
            options: stage.options(),
            events: events,
            logger: log.logger,
            observability: observability
        )
    }

    private var refusals: [LogRecorder.Line] { log.lines.filter { $0.message == "client refused" } }

    func test_each_refusal_has_a_random_identifier_that_appears_in_its_line() async throws {
        let authenticator = try authenticator()
        let old = try stage.issuing.issue("old", .expired)
        var seen: Set<String> = []
        for _ in 0..<3 {
            let failure = assertRefused(await authenticator.authenticate(old), .expired, at: 0)
            let identifier = try XCTUnwrap(failure?.identifier)
            XCTAssertEqual(log.lines.last?.metadata["certauth.id"], "\(identifier)")
            XCTAssertNotNil(
                "\(identifier)".wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
            )
            XCTAssertEqual(failure?.decision?.urn, "urn:uuid:\(identifier)")
            seen.insert("\(identifier)")
        }
        XCTAssertEqual(seen.count, 3)
    }

    func test_two_refusals_for_the_same_reason_are_equal_despite_their_identifiers() async throws {
        let authenticator = try authenticator()
        let old = try stage.issuing.issue("old", .expired)
        let first = await authenticator.authenticate(old)
        let second = await authenticator.authenticate(old)
        XCTAssertEqual(first, second)
        XCTAssertNotEqual(first.failure?.identifier, second.failure?.identifier)
    }

    func test_a_verdict_in_the_cache_has_no_identifier_and_every_client_gets_its_own() async throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try CertificateAuthenticator(options: stage.options(), cache: cache, logger: log.logger)
        let old = try stage.issuing.issue("old", .expired)
        let chain = try XCTUnwrap(old.presented())
        let identifiers = [
            await authenticator.authenticate(old).failure?.identifier,
            await authenticator.authenticate(old).failure?.identifier,
        ]
        XCTAssertEqual(Set(identifiers.compactMap { $0 }).count, 2)
        XCTAssertNil(assertRefused(authenticator.validate(chain), .expired, at: 0)?.identifier)
        XCTAssertEqual(cache.statistics.hits, 2)
    }

    func test_a_refusal_that_a_hook_replaces_is_one_line_with_both_reasons() async throws {
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { _ in .fail(reason: "call 117") })
        let authenticator = try authenticator(events: events)
        let old = try stage.issuing.issue("old", .expired)
        let failure = assertRefused(await authenticator.authenticate(old), .rejectedByHandler, at: nil)
        XCTAssertEqual(refusals.count, 1)
        let line = try XCTUnwrap(refusals.first)
        XCTAssertEqual(line.metadata["certauth.code"], "rejected-by-handler")
        XCTAssertEqual(line.metadata["certauth.id"], failure?.identifier)
        XCTAssertEqual(line.metadata["certauth.instead_of"], "expired")
        XCTAssertEqual(line.metadata["certauth.instead_of_reason"]?.hasPrefix("CN=old: expired at "), true)
        XCTAssertEqual(line.metadata["certauth.reason"], "call 117")
    }

    func test_a_client_that_the_application_revoked_is_named_although_no_path_was_tried() async throws {
        let authenticator = try authenticator()
        let alice = try stage.issuing.issue("alice")
        let certificate = try Certificate(derEncoded: alice.certificateDER)
        authenticator.revoke(certificate)
        assertRefused(await authenticator.authenticate(alice), .revoked, at: 0)
        let line = try XCTUnwrap(refusals.first)
        XCTAssertEqual(line.metadata["certauth.subject"], "CN=alice")
        XCTAssertEqual(line.metadata["certauth.serial"], "\(certificate.serialNumber)")
        XCTAssertEqual(line.metadata["certauth.sha256"], "\(certificate.sha256Thumbprint)")
    }

    func test_bytes_that_are_no_certificate_are_named_by_their_digest() async throws {
        let authenticator = try authenticator()
        let chain = try XCTUnwrap(PresentedChain(derEncoded: [[0x30, 0x03, 0x02, 0x01, 0x01]], source: .tls))
        let result = await authenticator.authenticate(chain, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(result.refusalCode, .malformed)
        let line = try XCTUnwrap(refusals.first)
        XCTAssertEqual(
            line.metadata["certauth.sha256"],
            "\(try Certificate.digest(of: [0x30, 0x03, 0x02, 0x01, 0x01]))"
        )
        XCTAssertNil(line.metadata["certauth.subject"])
    }

    func test_a_refusal_of_another_layer_is_logged_and_counted_once() throws {
        let metrics = TestMetrics()
        let authenticator = try authenticator(Observability(metrics: metrics))
        let client = RefusedClient(
            facts: ConnectionFacts(isSecure: true, serverName: "a.example", peerAddress: "192.0.2.1:5000"),
            leaf: nil,
            alert: "certificate_required"
        )
        let failure = AuthenticationFailure(code: .noCertificate, message: "none was presented")
        let reported = authenticator.report(failure, of: client)
        XCTAssertEqual(authenticator.report(reported, of: client).identifier, reported.identifier)
        XCTAssertEqual(refusals.count, 1)
        XCTAssertEqual(
            refusals.first?.metadata,
            [
                "certauth.code": "no-certificate", "certauth.reason": "none was presented",
                "certauth.id": try XCTUnwrap(reported.identifier), "certauth.alert": "certificate_required",
                "certauth.peer": "192.0.2.1:5000", "certauth.server_name": "a.example",
                "certauth.scheme": "Certificate",
            ]
        )
        let counted = try metrics.expectCounter(
            "certauth.verdicts",
            [("code", "no-certificate"), ("scheme", "Certificate")]
        )
        XCTAssertEqual(counted.totalValue, 1)
    }

    func test_beyond_the_limit_lines_of_one_code_go_to_debug_and_are_counted_in_the_next() async throws {
        let time = Mutex(ContinuousClock.now)
        var observability = Observability()
        observability.refusalLines = 2
        observability.instant = { time.withLock { $0 } }
        let authenticator = try authenticator(observability)
        let old = try stage.issuing.issue("old", .expired)
        let wrong = try stage.issuing.issue("wrong", .wrongUsage)
        for _ in 0..<5 { _ = await authenticator.authenticate(old) }
        _ = await authenticator.authenticate(wrong)
        XCTAssertEqual(refusals.map(\.level), ["notice", "notice", "debug", "debug", "debug", "notice"])
        XCTAssertTrue(refusals.allSatisfy { $0.metadata["certauth.id"] != nil })
        XCTAssertTrue(refusals.allSatisfy { $0.metadata["certauth.suppressed"] == nil })
        time.withLock { $0 += .seconds(10) }
        for _ in 0..<2 { _ = await authenticator.authenticate(old) }
        XCTAssertEqual(refusals.suffix(2).map(\.level), ["notice", "notice"])
        XCTAssertEqual(refusals.suffix(2).map { $0.metadata["certauth.suppressed"] }, ["3", nil])
    }

    func test_a_denial_of_authorization_is_logged_with_its_identifier_once() async throws {
        let authenticator = try authenticator()
        let result = await authenticator.authenticate(try stage.issuing.issue("alice"))
        let policy = AuthorizationPolicy.claim(.role, anyOf: ["admin"]).named("admins")
        let failure = assertRefused(await authenticator.authorize(result, by: policy), .notAuthorized, at: 0)
        let line = try XCTUnwrap(log.lines.last)
        XCTAssertEqual(line.level, "notice")
        XCTAssertEqual(line.metadata["certauth.code"], "not-authorized")
        XCTAssertEqual(line.metadata["certauth.subject"], "CN=alice")
        XCTAssertEqual(line.metadata["certauth.reason"], failure?.message)
        XCTAssertEqual(line.metadata["certauth.id"], failure?.identifier.map { "\($0)" })
        let count = log.lines.count
        let allowed = await authenticator.authorize(result, by: .authenticated)
        XCTAssertEqual(allowed, result)
        let nothing = await authenticator.authorize(.noResult(.noCertificate), by: policy)
        XCTAssertEqual(nothing, .noResult(.noCertificate))
        XCTAssertEqual(log.lines.count, count)
    }

    func test_a_certificate_that_expires_soon_is_logged_once_a_day() async throws {
        let authenticator = try authenticator()
        let identity = try stage.issuing.issue("soon") { template in
            template.notAfter = .automatic(Stage.moment.adding(seconds: 5 * 86_400))
        }
        let other = try stage.issuing.issue("other") { template in
            template.notAfter = .automatic(Stage.moment.adding(seconds: 5 * 86_400))
        }
        for _ in 0..<3 {
            for _ in 0..<30 { assertAccepted(await authenticator.authenticate(identity)) }
            assertAccepted(await authenticator.authenticate(other))
            stage.clock.advance(by: .seconds(86_400))
        }
        let lines = log.lines.filter { $0.message == "client certificate expires soon" }
        XCTAssertEqual(
            lines.map { $0.metadata["certauth.subject"] },
            ["CN=soon", "CN=other", "CN=soon", "CN=other", "CN=soon", "CN=other"]
        )
    }

    func test_a_client_whose_certificate_expires_soon_is_accepted_and_logged() async throws {
        let authenticator = try authenticator()
        for (name, seconds) in [("soon", Int64(13 * 86_400)), ("later", 15 * 86_400)] {
            let identity = try stage.issuing.issue(name) { template in
                template.notAfter = .automatic(Stage.moment.adding(seconds: seconds))
            }
            assertAccepted(await authenticator.authenticate(identity))
        }
        let lines = log.lines.filter { $0.message == "client certificate expires soon" }
        XCTAssertEqual(lines.map { $0.metadata["certauth.subject"] }, ["CN=soon"])
        XCTAssertEqual(lines.first?.level, "notice")
        XCTAssertEqual(
            lines.first?.metadata["certauth.not_after"],
            "\(Stage.moment.adding(seconds: 13 * 86_400))"
        )
    }
}
