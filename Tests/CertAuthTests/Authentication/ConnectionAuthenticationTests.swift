// SPDX-License-Identifier: Apache-2.0
// One connection: its verdict is used until it ends, and no longer.

import CertAuth
import CertAuthTesting
import XCTest

final class ConnectionAuthenticationTests: XCTestCase {
    private var stage: Stage!
    private var calls: HookCounter<CertificateValidatedContext>!

    override func setUpWithError() throws {
        stage = try Stage()
        calls = HookCounter()
    }

    private func connection(
        _ identity: TestIdentity?,
        evidence: RevocationEvidence = .none,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in },
        hook: (@Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision)? = nil
    ) throws -> ConnectionAuthentication {
        let calls = calls
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls?.record(context)
            return try await hook?(context) ?? .success(context.principal)
        })
        let authenticator = try stage.authenticator(options: stage.options(change), events: events, evidence: evidence)
        return ConnectionAuthentication(
            authenticator: authenticator,
            chain: identity?.presented(),
            facts: ConnectionFacts(isSecure: true)
        )
    }

    func test_a_certificate_that_expires_while_the_connection_is_open_stops_working() async throws {
        let end = stage.clock.now.adding(seconds: 10)
        let connection = try connection(stage.issuing.issue("alice") { $0.notAfter = .automatic(end) })
        assertAccepted(await connection.authenticate())
        stage.clock.set(to: end)
        assertAccepted(await connection.authenticate())
        stage.clock.advance(by: .seconds(1))
        assertRefused(await connection.authenticate(), .expired, at: 0)
    }

    func test_a_certificate_that_becomes_valid_while_the_connection_is_open_is_then_accepted() async throws {
        let connection = try connection(stage.issuing.issue("alice", .notYetValid))
        assertRefused(await connection.authenticate(), .notYetValid, at: 0)
        stage.clock.advance(by: .seconds(3_600))
        assertAccepted(await connection.authenticate())
    }

    func test_a_verdict_made_while_the_clock_was_ahead_is_not_used_after_its_correction() async throws {
        let now = stage.clock.now
        let refused = try connection(stage.issuing.issue("alice"))
        let year: Int64 = 366 * 86_400
        stage.clock.set(to: now.adding(seconds: year))
        assertRefused(await refused.authenticate(), .expired, at: 0)
        stage.clock.set(to: now)
        assertAccepted(await refused.authenticate())

        let coming = try stage.issuing.issue("bob") { $0.notBefore = .automatic(now.adding(seconds: 60)) }
        let accepted = try connection(coming)
        stage.clock.set(to: now.adding(seconds: 90))
        assertAccepted(await accepted.authenticate())
        XCTAssertNotNil(accepted.acceptedUntil)
        let holds = await accepted.revalidate()
        XCTAssertNil(holds)
        stage.clock.set(to: now)
        let revalidated = await accepted.revalidate()
        XCTAssertEqual(revalidated?.refusalCode, .notYetValid)
        assertRefused(await accepted.authenticate(), .notYetValid, at: 0)
    }

    func test_a_verdict_is_used_by_a_request_that_read_the_clock_a_second_before() async throws {
        let connection = try connection(stage.issuing.issue("alice")) { $0.hookReuse = .connection }
        assertAccepted(await connection.authenticate())
        stage.clock.advance(by: .seconds(-1))
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(calls.count, 1)
        stage.clock.advance(by: .seconds(-1))
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(calls.count, 2)
    }

    func test_each_request_calls_the_hook_by_default() async throws {
        let connection = try connection(stage.issuing.issue("alice"))
        for _ in 0..<3 { assertAccepted(await connection.authenticate()) }
        XCTAssertEqual(calls.count, 3)
    }

    func test_once_per_connection_the_hook_is_called_again_only_with_a_new_verdict() async throws {
        let identity = try stage.root.issue("alice")
        let connection = try connection(identity, evidence: stage.evidence([stage.root.revocationList()])) {
            $0.hookReuse = .connection
            $0.revocationMode = .offline
        }
        for _ in 0..<3 { assertAccepted(await connection.authenticate()) }
        XCTAssertEqual(calls.count, 1)
        connection.invalidate()
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(calls.count, 2)
        connection.authenticator.revocationEvidence = try stage.evidence([
            stage.root.revocationList(revoked: [identity], number: 2)
        ])
        assertRefused(await connection.authenticate(), .revoked, at: 0)
        XCTAssertEqual(calls.count, 2)
    }

    func test_a_hook_that_threw_once_does_not_refuse_the_connection_permanently() async throws {
        struct TestError: Error {}
        let attempts = HookCounter<Void>()
        let connection = try connection(
            stage.issuing.issue("alice"),
            { $0.hookReuse = .connection },
            hook: { context in
                guard attempts.record(()) > 1 else { throw TestError() }
                return .success(context.principal)
            }
        )
        assertRefused(await connection.authenticate(), .rejectedByHandler, at: nil)
        assertAccepted(await connection.authenticate())
        assertAccepted(await connection.authenticate())
        XCTAssertEqual(attempts.count, 2)
    }

    func test_a_hooks_refusal_applies_to_the_whole_connection() async throws {
        let connection = try connection(
            stage.issuing.issue("alice"),
            { $0.hookReuse = .connection },
            hook: { _ in .fail(reason: "no") }
        )
        for _ in 0..<3 { assertRefused(await connection.authenticate(), .rejectedByHandler, at: 0) }
        XCTAssertEqual(calls.count, 1)
    }

    func test_a_new_list_applies_to_an_open_connection() async throws {
        let identity = try stage.root.issue("alice")
        let connection = try connection(identity, evidence: stage.evidence([stage.root.revocationList()])) {
            $0.revocationMode = .offline
        }
        assertAccepted(await connection.authenticate())
        connection.authenticator.revocationEvidence = try stage.evidence([
            stage.root.revocationList(revoked: [identity], number: 2)
        ])
        assertRefused(await connection.authenticate(), .revoked, at: 0)
    }

    func test_an_unknown_revocation_status_is_checked_again_at_each_request() async throws {
        let connection = try connection(stage.root.issue("alice")) { $0.revocationMode = .offline }
        assertRefused(await connection.authenticate(), .revocationUnknown, at: 0)
        connection.authenticator.revocationEvidence = try stage.evidence([stage.root.revocationList()])
        assertAccepted(await connection.authenticate())
    }

    func test_a_connection_without_a_certificate_stays_without_result() async throws {
        let connection = try connection(nil)
        for _ in 0..<2 {
            let result = await connection.authenticate()
            XCTAssertEqual(result, .noResult(.noCertificate))
        }
        XCTAssertEqual(calls.count, 0)
    }
}
