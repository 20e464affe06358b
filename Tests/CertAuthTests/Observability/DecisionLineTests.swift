// SPDX-License-Identifier: Apache-2.0
// Log lines of refusals: their identifiers, and their suppression when there are many.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Logging
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

    private var refusals: [LogRecorder.Line] { log.lines.filter { $0.message == "client certificate refused" } }

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

    func test_a_refusal_that_a_hook_replaces_keeps_its_identifier_and_both_reasons_are_in_the_log() async throws {
        let events = CertificateAuthenticationEvents(onAuthenticationFailed: { _ in .fail(reason: "call 117") })
        let authenticator = try authenticator(events: events)
        let old = try stage.issuing.issue("old", .expired)
        let failure = assertRefused(await authenticator.authenticate(old), .rejectedByHandler, at: nil)
        let lines = log.lines.suffix(2)
        XCTAssertEqual(lines.map { $0.metadata["certauth.code"] }, ["expired", "rejected-by-handler"])
        XCTAssertEqual(Set(lines.map { $0.metadata["certauth.id"] }), ["\(try XCTUnwrap(failure?.identifier))"])
        XCTAssertEqual(lines.last?.metadata["certauth.instead_of"], "expired")
        XCTAssertEqual(lines.last?.metadata["certauth.reason"], "call 117")
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
