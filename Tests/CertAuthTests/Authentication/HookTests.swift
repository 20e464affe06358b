// SPDX-License-Identifier: Apache-2.0
// Hooks that throw, refuse, replace and challenge: case D13 of Docs/Cases.md, and when hooks run again.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class HookTests: XCTestCase {
    private struct TestError: Error, CustomStringConvertible {
        let description = "database\u{1B}[2J is down"
    }

    private var stage: Stage!
    private var identity: TestIdentity!
    private var failures: HookCounter<AuthenticationFailedContext>!

    override func setUpWithError() throws {
        stage = try Stage()
        identity = try stage.issuing.issue("alice")
        failures = HookCounter()
    }

    private func authenticator(
        validated: (@Sendable (CertificateValidatedContext) async throws -> CertificateValidatedDecision)? = nil,
        failed: (@Sendable (AuthenticationFailedContext) async throws -> AuthenticationFailedDecision)? = nil,
        challenge: (@Sendable (ChallengeContext) async throws -> ChallengeDecision)? = nil,
        log: LogRecorder = LogRecorder()
    ) throws -> CertificateAuthenticator {
        let failures = failures
        let events = CertificateAuthenticationEvents(
            onCertificateValidated: validated,
            onAuthenticationFailed: { context in
                failures?.record(context)
                return try await failed?(context) ?? .keep
            },
            onChallenge: challenge
        )
        return try CertificateAuthenticator(options: stage.options(), events: events, logger: log.logger)
    }

    func test_a_validated_hook_that_throws_refuses_and_the_failed_hook_runs_once() async throws {
        let log = LogRecorder()
        let authenticator = try authenticator(validated: { _ in throw TestError() }, log: log)
        let failure = assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: nil)
        XCTAssertEqual(failure?.message, "onCertificateValidated threw: database\\u{1b}[2J is down")
        XCTAssertEqual(failures.count, 1)
        XCTAssertNotNil(failures.contexts.first?.thrownError as? TestError)
        XCTAssertEqual(log.lines.last?.metadata["certauth.code"], "rejected-by-handler")
    }

    func test_a_failed_hook_that_throws_leaves_the_refusal_and_is_logged() async throws {
        let log = LogRecorder()
        let authenticator = try authenticator(failed: { _ in throw TestError() }, log: log)
        let wrong = try stage.issuing.issue("bob", .wrongUsage)
        assertRefused(await authenticator.authenticate(wrong), .wrongUsage, at: 0)
        XCTAssertEqual(failures.count, 1)
        XCTAssertEqual(log.lines.last?.level, "error")
        XCTAssertEqual(log.lines.last?.metadata["certauth.hook"], "onAuthenticationFailed")
    }

    func test_both_hooks_that_throw_leave_one_refusal() async throws {
        let authenticator = try authenticator(validated: { _ in throw TestError() }, failed: { _ in throw TestError() })
        assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: nil)
        XCTAssertEqual(failures.count, 1)
    }

    func test_a_hook_gives_one_answer_so_it_cannot_fail_and_succeed() async throws {
        // A hook returns its decision as one value, so it cannot report both a failure and a success.
        let authenticator = try authenticator(validated: { _ in .fail(reason: "no") })
        let failure = assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: 0)
        XCTAssertEqual(failure?.message, "no")
    }

    func test_a_hook_cannot_leave_a_success_without_a_principal() async throws {
        let empty = ClaimsPrincipal(identities: [])
        let authenticator = try authenticator(validated: { _ in .success(empty) })
        assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: 0)
        let anonymous = try self.authenticator(validated: { _ in .noResult })
        let result = await anonymous.authenticate(identity)
        XCTAssertEqual(result, .noResult(.handler))
        XCTAssertEqual(result.refusalCode, .rejectedByHandler)
    }

    func test_a_failed_hook_may_keep_replace_or_drop_the_refusal() async throws {
        let wrong = try stage.issuing.issue("bob", .wrongUsage)
        assertRefused(try await authenticator().authenticate(wrong), .wrongUsage, at: 0)
        let replaced = try authenticator(failed: { _ in .fail(reason: "call 117") })
        let replacement = assertRefused(await replaced.authenticate(wrong), .rejectedByHandler, at: nil)
        XCTAssertEqual(replacement?.message, "call 117")
        let dropped = try await authenticator(failed: { _ in .noResult }).authenticate(wrong)
        XCTAssertEqual(dropped, .noResult(.handler))
    }

    func test_the_failed_hook_does_not_run_without_a_certificate() async throws {
        let authenticator = try authenticator()
        let nothing = await authenticator.authenticate(nil, facts: ConnectionFacts(isSecure: true))
        XCTAssertEqual(nothing, .noResult(.noCertificate))
        XCTAssertEqual(failures.count, 0)
    }

    func test_the_validated_hook_receives_all_facts_about_certificate_and_connection() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let authenticator = try authenticator(validated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let facts = ConnectionFacts(
            isSecure: true,
            serverName: "a.example.com",
            peerAddress: "192.0.2.1:5000",
            negotiatedProtocol: .http1,
            tlsVersion: .tls13,
            isResumed: true,
            isLate: true
        )
        let source = PresentedChain.Source.forwarded(dialect: "xfcc", verifiedByProxy: true)
        let client = assertAccepted(await authenticator.authenticate(identity.presented(source), facts: facts))
        let context = try XCTUnwrap(calls.contexts.first)
        XCTAssertEqual(context.facts, facts)
        XCTAssertEqual(context.source, source)
        XCTAssertEqual(context.schemeName, "Certificate")
        XCTAssertEqual(context.certificate, try identity.certificate)
        XCTAssertEqual(context.chain.certificates.count, 3)
        XCTAssertEqual(client?.facts, facts)
    }

    func test_hooks_run_again_on_resumed_connections_and_cache_hits() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), events: events, cache: cache)
        for isResumed in [false, true, true] {
            assertAccepted(
                await authenticator.authenticate(
                    identity.presented(),
                    facts: ConnectionFacts(isSecure: true, isResumed: isResumed)
                )
            )
        }
        XCTAssertEqual(calls.contexts.map(\.facts.isResumed), [false, true, true])
        XCTAssertEqual(cache.statistics.hits, 2)
    }

    func test_cached_decisions_can_be_forgotten_and_end_with_the_evidence() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let options = try stage.options {
            $0.hookReuse = .cached
            $0.policyIdentifier = "p"
        }
        let authenticator = try stage.authenticator(
            options: options,
            events: events,
            cache: LRUCertificateValidationCache()
        )
        for _ in 0..<2 { assertAccepted(await authenticator.authenticate(identity)) }
        XCTAssertEqual(calls.count, 1)
        authenticator.removeCachedHookDecisions()
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(calls.count, 2)
        authenticator.revocationEvidence = try stage.evidence([stage.root.revocationList()])
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(calls.count, 3)
    }

    /// An authenticator that counts its hook's calls, and the cache in which it stores decisions.
    private func counting(
        _ reuse: HookReuse,
        cache: any CertificateValidationCache,
        calls: HookCounter<CertificateValidatedContext>
    ) throws -> CertificateAuthenticator {
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let options = try stage.options {
            $0.hookReuse = reuse
            $0.policyIdentifier = "p"
        }
        return try stage.authenticator(options: options, events: events, cache: cache)
    }

    func test_every_removal_from_the_cache_ends_the_decisions_kept_with_it() async throws {
        let certificate = try identity.certificate
        let issuer = try stage.root.certificate.subject
        let removals: [@Sendable (LRUCertificateValidationCache) -> Void] = [
            { $0.removeAll() }, { $0.removeVerdicts(involving: certificate) }, { $0.removeVerdicts(issuedBy: issuer) },
        ]
        for remove in removals {
            let calls = HookCounter<CertificateValidatedContext>()
            let cache = LRUCertificateValidationCache()
            let authenticator = try counting(.cached, cache: cache, calls: calls)
            let open = ConnectionAuthentication(
                authenticator: authenticator,
                chain: identity.presented(),
                facts: ConnectionFacts(isSecure: true)
            )
            for _ in 0..<2 {
                assertAccepted(await authenticator.authenticate(identity))
                assertAccepted(await open.authenticate())
            }
            XCTAssertEqual(calls.count, 1)
            remove(cache)
            assertAccepted(await open.authenticate())
            XCTAssertEqual(calls.count, 2, "an open connection asks the cache too")
            assertAccepted(await authenticator.authenticate(identity))
            XCTAssertEqual(calls.count, 2)
        }
    }

    func test_a_cached_decision_lives_as_long_as_the_entry_and_is_dropped_with_it() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let cache = LRUCertificateValidationCache(capacity: 1, entryExpiration: .seconds(30))
        let authenticator = try counting(.cached, cache: cache, calls: calls)
        for (advance, expected) in [(Int64(0), 1), (30, 1), (1, 2), (30, 2)] {
            stage.clock.advance(by: .seconds(advance))
            assertAccepted(await authenticator.authenticate(identity))
            XCTAssertEqual(calls.count, expected)
        }
        // Another client's entry replaces the only one.
        assertAccepted(await authenticator.authenticate(try stage.issuing.issue("bob")))
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(calls.count, 4)
    }

    func test_a_decision_made_while_the_clock_was_ahead_is_not_used_after_its_correction() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let authenticator = try counting(.cached, cache: LRUCertificateValidationCache(), calls: calls)
        let now = stage.clock.now
        stage.clock.advance(by: .seconds(30 * 86_400))
        assertAccepted(await authenticator.authenticate(identity))
        stage.clock.set(to: now)
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(calls.count, 2)
    }

    func test_two_authenticators_with_one_cache_keep_their_own_decisions() async throws {
        let (one, other) = (HookCounter<CertificateValidatedContext>(), HookCounter<CertificateValidatedContext>())
        let cache = LRUCertificateValidationCache()
        let first = try counting(.cached, cache: cache, calls: one)
        let second = try counting(.cached, cache: cache, calls: other)
        for _ in 0..<2 {
            assertAccepted(await first.authenticate(identity))
            assertAccepted(await second.authenticate(identity))
        }
        XCTAssertEqual([one.count, other.count], [1, 1])
        first.removeCachedHookDecisions()
        assertAccepted(await first.authenticate(identity))
        assertAccepted(await second.authenticate(identity))
        XCTAssertEqual([one.count, other.count], [2, 1])
    }

    func test_forgetting_decisions_also_affects_open_connections() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let authenticator = try counting(.connection, cache: LRUCertificateValidationCache(), calls: calls)
        let open = ConnectionAuthentication(
            authenticator: authenticator,
            chain: identity.presented(),
            facts: ConnectionFacts(isSecure: true)
        )
        for _ in 0..<3 { assertAccepted(await open.authenticate()) }
        XCTAssertEqual(calls.count, 1)
        authenticator.removeCachedHookDecisions()
        for _ in 0..<3 { assertAccepted(await open.authenticate()) }
        XCTAssertEqual(calls.count, 2)
    }

    func test_a_hook_that_threw_is_called_again_even_if_decisions_are_cached() async throws {
        let calls = HookCounter<Void>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            guard calls.record(()) > 1 else { throw TestError() }
            return .success(context.principal)
        })
        let options = try stage.options {
            $0.hookReuse = .cached
            $0.policyIdentifier = "p"
        }
        let authenticator = try stage.authenticator(
            options: options,
            events: events,
            cache: LRUCertificateValidationCache()
        )
        assertRefused(await authenticator.authenticate(identity), .rejectedByHandler, at: nil)
        assertAccepted(await authenticator.authenticate(identity))
    }

    func test_a_chain_of_source_offline_never_yields_a_principal_and_is_validated_all_the_same() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let authenticator = try authenticator(validated: { context in
            calls.record(context)
            return .success(context.principal)
        })
        let facts = ConnectionFacts(isSecure: true)
        let offline = try XCTUnwrap(identity.presented(.offline))
        assertRefused(await authenticator.authenticate(offline, facts: facts), .keyNotProven, at: 0)
        XCTAssertEqual(calls.count, 0)
        XCTAssertEqual(failures.contexts.map(\.failure.code), [.keyNotProven])
        assertAccepted(authenticator.validate(offline))
        let open = ConnectionAuthentication(authenticator: authenticator, chain: offline, facts: facts)
        assertRefused(await open.authenticate(), .keyNotProven, at: 0)
        for source in [PresentedChain.Source.tls, .forwarded(dialect: "xfcc", verifiedByProxy: true)] {
            let client = assertAccepted(await authenticator.authenticate(identity.presented(source), facts: facts))
            XCTAssertEqual(client?.source, source)
        }
    }

    func test_a_refused_certificate_is_a_failure_and_not_a_missing_certificate() async throws {
        let result = try await authenticator().authenticate(try stage.issuing.issue("bob", .expired))
        assertRefused(result, .expired, at: 0)
        XCTAssertEqual(result.refusalCode, .expired)
        XCTAssertNil(result.principal)
        XCTAssertEqual(result.failure?.code, .expired)
    }

    func test_a_challenge_refuses_redirects_and_refuses_when_its_hook_throws() async throws {
        let context = ChallengeContext(
            result: .noResult(.noCertificate),
            facts: ConnectionFacts(isSecure: true),
            method: "GET",
            host: "public.example.com",
            path: "/a?b=c"
        )
        let refused = try await authenticator().challenge(context)
        XCTAssertEqual(refused, .refuse)
        let redirecting = try authenticator(challenge: {
            .redirect(location: "https://mtls.example.com\($0.path)")
        })
        let redirected = await redirecting.challenge(context)
        XCTAssertEqual(redirected, .redirect(location: "https://mtls.example.com/a?b=c"))
        let log = LogRecorder()
        let throwing = try authenticator(challenge: { _ in throw TestError() }, log: log)
        let safe = await throwing.challenge(context)
        XCTAssertEqual(safe, .refuse)
        XCTAssertEqual(log.lines.last?.metadata["certauth.hook"], "onChallenge")
    }
}
