// SPDX-License-Identifier: Apache-2.0
// Events that happen while an authorization rule waits affect the result.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class WaitingPolicyTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// Returns a rule that runs `action` and then allows.
    private func rule(_ action: @escaping @Sendable () throws -> Void) -> AuthorizationPolicy {
        .custom("slow") { _ in
            await Task.yield()
            try action()
            await Task.yield()
            return .allowed
        }
    }

    func test_a_client_revoked_while_a_rule_waits_or_before_it_is_revoked() async throws {
        let stage = try XCTUnwrap(stage)
        let alice = try stage.issuing.issue("alice")
        let certificate = try alice.certificate
        let authenticator = try stage.authenticator()
        let result = await authenticator.authenticate(alice)
        let slow = rule { authenticator.revoke(certificate) }
        let denying = AuthorizationPolicy.custom("no") { _ in .denied(reason: "because") }
        assertAccepted(await authenticator.authorize(result, by: rule {}))
        assertRefused(await authenticator.authorize(result, by: slow), .revoked, at: 0)
        assertRefused(await slow.authorize(result), .revoked, at: 0)
        assertRefused(await authenticator.authorize(result, by: .authenticated), .revoked, at: 0)
        assertRefused(await denying.authorize(result), .revoked, at: 0)
        authenticator.reinstate(certificate)
        assertAccepted(await authenticator.authorize(result, by: .authenticated))
        assertRefused(await denying.authorize(result), .notAuthorized, at: 0)
    }

    func test_a_certificate_that_expires_while_a_rule_waits_is_expired() async throws {
        let stage = try XCTUnwrap(stage)
        let alice = try stage.issuing.issue("alice")
        let end = try alice.certificate.validity.notAfter
        let authenticator = try stage.authenticator()
        let result = await authenticator.authenticate(alice)
        let clock = stage.clock
        assertAccepted(await authenticator.authorize(result, by: rule { clock.set(to: end) }))
        let slow = rule { clock.set(to: end.adding(seconds: 1)) }
        assertRefused(await authenticator.authorize(result, by: slow), .expired, at: 0)
        assertRefused(await slow.authorize(result), .expired, at: 0)
    }

    func test_evidence_and_invalidation_while_a_rule_waits_authenticate_again() async throws {
        let stage = try XCTUnwrap(stage)
        let alice = try stage.issuing.issue("alice")
        let root = try stage.root.revocationList()
        let good = try stage.evidence([root, stage.issuing.revocationList()])
        let bad = try stage.evidence([root, stage.issuing.revocationList(revoked: [alice], number: 2)])
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(
            options: stage.options { $0.revocationMode = .offline },
            events: events,
            evidence: good
        )
        let result = await authenticator.authenticate(alice)
        let turn = Counter()
        let invalidating = rule { if turn.increment() == 0 { authenticator.invalidate() } }
        assertAccepted(await authenticator.authorize(result, by: invalidating))
        XCTAssertEqual(calls.count, 2)
        XCTAssertEqual(turn.increment(), 2, "the rule decided about the client that was authenticated again")
        let restless = rule { authenticator.invalidate() }
        assertRefused(await authenticator.authorize(result, by: restless), .internalError, at: nil)
        let slow = rule { authenticator.revocationEvidence = bad }
        assertRefused(await authenticator.authorize(result, by: slow), .revoked, at: 0)
    }

    func test_a_connection_that_keeps_its_verdict_is_not_authenticated_again_for_changes_of_others() async throws {
        let stage = try XCTUnwrap(stage)
        let alice = try stage.issuing.issue("alice")
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let authenticator = try stage.authenticator(
            options: stage.options { $0.hookReuse = .connection },
            events: events
        )
        let connection = ConnectionAuthentication(
            authenticator: authenticator,
            chain: alice.presented(),
            facts: ConnectionFacts(isSecure: true)
        )
        connection.observe { _ in }
        assertAccepted(await connection.authenticate())
        authenticator.revoke(try stage.issuing.issue("bob").certificate)
        for _ in 0..<3 {
            let result = await connection.authenticate()
            assertAccepted(await authenticator.authorize(result, by: .authenticated))
        }
        XCTAssertEqual(calls.count, 1)
    }
}
