// SPDX-License-Identifier: Apache-2.0
// Events that happen while a hook waits affect the result: revocation, validity, evidence, trust, invalidation.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class WaitingHookTests: XCTestCase {
    /// The actions of a hook, call by call, while its result is awaited.
    private final class Script: Sendable {
        let calls = HookCounter<CertificateValidatedContext>()
        private let authenticator = Mutex<CertificateAuthenticator?>(nil)
        private let action: @Sendable (CertificateAuthenticator, Int) throws -> Void
        private let decision: @Sendable (CertificateValidatedContext) -> CertificateValidatedDecision

        init(
            decision: @escaping @Sendable (CertificateValidatedContext) -> CertificateValidatedDecision = {
                .success($0.principal)
            },
            _ action: @escaping @Sendable (CertificateAuthenticator, Int) throws -> Void
        ) {
            self.action = action
            self.decision = decision
        }

        var events: CertificateAuthenticationEvents {
            CertificateAuthenticationEvents(onCertificateValidated: { context in
                let call = self.calls.record(context)
                await Task.yield()
                if let authenticator = self.authenticator.withLock({ $0 }) { try self.action(authenticator, call) }
                await Task.yield()
                return self.decision(context)
            })
        }

        func drive(_ authenticator: CertificateAuthenticator) {
            self.authenticator.withLock { $0 = authenticator }
        }
    }

    private final class Anchors: Sendable {
        let store: Mutex<TrustStore>

        init(_ store: TrustStore) { self.store = Mutex(store) }
    }

    private var stage: Stage!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.issuing.issue("alice")
    }

    private func result(
        _ script: Script,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in },
        cache: (any CertificateValidationCache)? = nil,
        evidence: RevocationEvidence = .none
    ) async throws -> AuthenticationResult {
        let authenticator = try stage.authenticator(
            options: stage.options(change),
            events: script.events,
            cache: cache,
            evidence: evidence
        )
        script.drive(authenticator)
        return await authenticator.authenticate(alice)
    }

    func test_a_client_revoked_while_its_hook_waits_is_refused_in_every_form_of_its_signature() async throws {
        let certificate = try alice.certificate
        let twin = try Certificate(derEncoded: SignatureTwin.certificate(of: alice.certificateDER))
        for revoked in [certificate, twin] {
            let script = Script { authenticator, _ in authenticator.revoke(revoked) }
            let failure = assertRefused(try await result(script), .revoked, at: 0)
            XCTAssertEqual(failure?.message, "revoked by the application")
            XCTAssertEqual(script.calls.count, 1)
        }
        let other = try stage.issuing.issue("bob").certificate
        assertAccepted(try await result(Script { authenticator, _ in authenticator.revoke(other) }))
    }

    func test_a_client_revoked_while_its_hook_waits_is_revoked_whatever_the_hook_answers() async throws {
        let certificate = try alice.certificate
        let decisions: [CertificateValidatedDecision] = [
            .fail(reason: "no"), .noResult, .refuse(.identityNotMapped, reason: "no"),
        ]
        for decision in decisions {
            let script = Script(decision: { _ in decision }) { authenticator, _ in authenticator.revoke(certificate) }
            assertRefused(try await result(script), .revoked, at: 0)
        }
    }

    func test_a_client_revoked_while_its_hook_waits_is_refused_on_a_connection_that_keeps_its_verdict() async throws {
        let certificate = try alice.certificate
        for reuse in HookReuse.allCases {
            let script = Script { authenticator, call in if call == 2 { authenticator.revoke(certificate) } }
            let authenticator = try stage.authenticator(
                options: stage.options {
                    $0.hookReuse = reuse
                    $0.policyIdentifier = "p"
                },
                events: script.events,
                cache: LRUCertificateValidationCache()
            )
            script.drive(authenticator)
            let connection = ConnectionAuthentication(
                authenticator: authenticator,
                chain: alice.presented(),
                facts: ConnectionFacts(isSecure: true)
            )
            assertAccepted(await connection.authenticate())
            guard reuse == .everyRequest else {
                authenticator.revoke(certificate)
                assertRefused(await connection.authenticate(), .revoked, at: 0)
                continue
            }
            assertRefused(await connection.authenticate(), .revoked, at: 0)
            assertRefused(await connection.authenticate(), .revoked, at: 0)
            authenticator.reinstate(certificate)
            assertAccepted(await connection.authenticate())
        }
    }

    func test_a_certificate_that_expires_while_its_hook_waits_is_expired() async throws {
        let clock = stage.clock
        let end = try alice.certificate.validity.notAfter
        let script = Script { _, _ in clock.set(to: end.adding(seconds: 1)) }
        assertRefused(try await result(script), .expired, at: 0)
        clock.set(to: end)
        let atTheEnd = Script { _, _ in clock.set(to: end) }
        assertAccepted(try await result(atTheEnd))
    }

    func test_evidence_that_arrives_while_a_hook_waits_counts() async throws {
        let lists = [try stage.root.revocationList(), try stage.issuing.revocationList()]
        let revoking = try stage.evidence([lists[0], stage.issuing.revocationList(revoked: [alice], number: 2)])
        let before = try stage.evidence(lists)
        let again = try stage.evidence([stage.root.revocationList(number: 2), stage.issuing.revocationList(number: 2)])
        let checking: (inout CertificateAuthenticationOptions) -> Void = { $0.revocationMode = .offline }
        for cache in [nil, LRUCertificateValidationCache()] {
            let script = Script { authenticator, _ in authenticator.revocationEvidence = revoking }
            assertRefused(try await result(script, checking, cache: cache, evidence: before), .revoked, at: 0)
            XCTAssertEqual(script.calls.count, 1)
            let harmless = Script { authenticator, _ in authenticator.revocationEvidence = again }
            let accepted = try await result(harmless, checking, cache: cache, evidence: before)
            XCTAssertEqual(assertAccepted(accepted)?.chain.certificates.count, 3)
            XCTAssertEqual(harmless.calls.count, 1, "the path is the same, so its answer counts")
        }
    }

    func test_trust_that_changes_while_a_hook_waits_counts() async throws {
        let other = try TestAuthority("Other Root", clock: stage.clock.verificationClock).certificate
        let root = try stage.root.certificate
        for (anchors, isAccepted) in [([other], false), ([other, root], true)] {
            let current = Anchors(try TrustStore(certificates: [root]))
            let source = try TrustSource { () throws(TrustStoreError) in current.store.withLock { $0 } }
            let store = try TrustStore(certificates: anchors)
            let script = Script { _, _ in
                current.store.withLock { $0 = store }
                _ = source.reload()
            }
            let result = try await result(script) { $0.trust = .reloadable(source) }
            if isAccepted { assertAccepted(result) } else { XCTAssertNotNil(result.failure) }
        }
    }

    func test_an_invalidation_while_a_hook_waits_calls_the_hook_again() async throws {
        let script = Script { authenticator, call in if call == 1 { authenticator.invalidate() } }
        assertAccepted(try await result(script))
        XCTAssertEqual(script.calls.count, 2)
    }

    func test_invalidations_of_other_clients_do_not_call_the_hook_again() async throws {
        let other = try stage.issuing.issue("bob").certificate
        let elsewhere = try TestAuthority("Other Root", clock: stage.clock.verificationClock).certificate.subject
        let issuer = try stage.issuing.certificate.subject
        let cases: [([InvalidationScope], calls: Int)] = [
            ([.certificate(other), .issuer(elsewhere)], 1), ([.certificate(try alice.certificate)], 2),
            ([.issuer(issuer)], 2), (Array(repeating: .certificate(other), count: 64), 1),
            (Array(repeating: .certificate(other), count: 65), 2),
            ([.issuer(issuer)] + Array(repeating: .certificate(other), count: 63), 2),
        ]
        for (scopes, calls) in cases {
            let script = Script { authenticator, call in
                if call == 1 { for scope in scopes { authenticator.invalidate(scope) } }
            }
            assertAccepted(try await result(script))
            XCTAssertEqual(script.calls.count, calls, "\(scopes.count)")
        }
    }

    func test_endless_invalidations_cause_a_refusal() async throws {
        let script = Script { authenticator, _ in authenticator.invalidate() }
        let failure = assertRefused(try await result(script), .internalError, at: nil)
        XCTAssertEqual(failure?.message, "the basis of the verdict changed 4 times while the request waited")
        XCTAssertEqual(script.calls.count, 4)
    }

    func test_a_client_accepted_on_a_proxys_verdict_and_revoked_while_its_hook_waits_is_refused() async throws {
        let forwarding = try ForwardingStage()
        let fields = try HeaderText.fields(.verified(.haproxy()), forwarding.alice.chain)
        let blind = try CertificateForwarding(insecurelyTrustingVerdictOf: .haproxy(), from: ForwardingStage.trusted())
        guard case .forwarded(.verified(let chain)?, true) = blind.decide(ForwardingStage.fromProxy(fields)) else {
            return XCTFail("no verified chain")
        }
        let certificate = try forwarding.alice.certificate
        for isRevoked in [true, false] {
            let script = Script { authenticator, _ in if isRevoked { authenticator.revoke(certificate) } }
            let authenticator = try stage.authenticator(options: stage.options(), events: script.events)
            script.drive(authenticator)
            let result = await authenticator.insecurelyAuthenticate(
                trusting: chain,
                facts: ConnectionFacts(isSecure: true)
            )
            if isRevoked { assertRefused(result, .revoked, at: 0) } else { assertAccepted(result) }
        }
    }

    func test_a_user_store_that_waits_is_treated_like_a_hook_that_waits() async throws {
        let certificate = try alice.certificate
        let box = Mutex<CertificateAuthenticator?>(nil)
        let store = ScriptedUserStore { _ in
            box.withLock { $0 }?.revoke(certificate)
            return [MappingStage.alice]
        }
        let mapping = try IdentityMapping(rules: [.subject], store: store)
        let events = CertificateAuthenticationEvents(onCertificateValidated: mapping.onCertificateValidated)
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        assertAccepted(await authenticator.authenticate(alice))
        box.withLock { $0 = authenticator }
        assertRefused(await authenticator.authenticate(alice), .revoked, at: 0)
    }
}
