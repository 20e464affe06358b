// SPDX-License-Identifier: Apache-2.0
// Cases A28 and A30 to A33 of Docs/Cases.md: hooks, the cache, the clock, and several schemes with one cache.

import CertAuth
import CertAuthTesting
import XCTest

final class HandlerCaseTestsCache: XCTestCase {
    private static let count = ClaimType(rawValue: "count")
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    func test_without_a_cache_the_hook_runs_for_every_request() async throws {
        let authenticator = try counting(cache: nil) { _ in }
        let identity = try stage.issuing.issue("alice")
        let answers = try await counts(authenticator, identity, requests: 2)
        XCTAssertEqual(answers, ["1", "2"])
    }

    func test_with_a_cache_the_hook_still_runs_for_every_request_by_default() async throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try counting(cache: cache) { _ in }
        let identity = try stage.issuing.issue("alice")
        let answers = try await counts(authenticator, identity, requests: 2)
        XCTAssertEqual(answers, ["1", "2"])
        XCTAssertEqual(cache.statistics.hits, 1)
        XCTAssertEqual(cache.statistics.misses, 1)
    }

    func test_with_cached_hooks_the_first_answer_is_used() async throws {
        let authenticator = try counting(cache: LRUCertificateValidationCache()) {
            $0.hookReuse = .cached
            $0.policyIdentifier = "counting"
        }
        let identity = try stage.issuing.issue("alice")
        let answers = try await counts(authenticator, identity, requests: 2)
        XCTAssertEqual(answers, ["1", "1"])
    }

    func test_the_hook_receives_the_default_principal_and_its_name_is_used() async throws {
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            calls.record(context)
            return .success(ClaimsPrincipal(authenticationType: "Renamed", claims: [Claim(.name, "somebody")]))
        })
        let authenticator = try stage.authenticator(options: stage.options(), events: events)
        let client = assertAccepted(await authenticator.authenticate(try stage.issuing.issue("alice")))
        XCTAssertEqual(calls.contexts.first?.principal.name, "alice")
        XCTAssertEqual(client?.principal.name, "somebody")
    }

    func test_an_entry_lives_two_minutes_however_often_it_is_used() async throws {
        let authenticator = try counting(cache: LRUCertificateValidationCache()) {
            $0.hookReuse = .cached
            $0.policyIdentifier = "counting"
        }
        let identity = try stage.issuing.issue("alice")
        // One request every 90 seconds for 31 minutes: with a sliding lifetime the entry would never end.
        var answers: [String] = []
        for _ in 0...20 {
            answers += try await counts(authenticator, identity, requests: 1)
            stage.clock.advance(by: .seconds(90))
        }
        XCTAssertEqual(answers, (0...20).map { String($0 / 2 + 1) })
    }

    func test_without_a_cache_every_request_counts() async throws {
        let authenticator = try counting(cache: nil) { _ in }
        let identity = try stage.issuing.issue("alice")
        var answers = try await counts(authenticator, identity, requests: 2)
        stage.clock.advance(by: .seconds(31 * 60))
        answers += try await counts(authenticator, identity, requests: 1)
        XCTAssertEqual(answers, ["1", "2", "3"])
    }

    func test_a_success_of_a_lenient_scheme_is_not_used_by_a_strict_one() async throws {
        let (lenient, strict) = try schemes()
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        assertAccepted(await lenient.authenticate(identity))
        assertRefused(await strict.authenticate(identity), .wrongUsage, at: 0)
    }

    func test_a_refusal_of_a_strict_scheme_is_not_used_by_a_lenient_one() async throws {
        let (lenient, strict) = try schemes()
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        assertRefused(await strict.authenticate(identity), .wrongUsage, at: 0)
        assertAccepted(await lenient.authenticate(identity))
    }

    func test_a_hook_that_uses_another_scheme_leaves_each_scheme_its_own_verdict() async throws {
        let cache = LRUCertificateValidationCache()
        let strict = try stage.authenticator(options: stage.options { $0.schemeName = "strict" }, cache: cache)
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        let nested = HookCounter<AuthenticationResult>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            nested.record(await strict.authenticate(identity))
            return .success(context.principal)
        })
        let lenient = try stage.authenticator(
            options: stage.options {
                $0.schemeName = "lenient"
                $0.validateCertificateUse = false
                $0.policyIdentifier = "asks strict"
            },
            events: events,
            cache: cache
        )
        for _ in 0..<2 {
            assertAccepted(await lenient.authenticate(identity))
            assertRefused(await strict.authenticate(identity), .wrongUsage, at: 0)
        }
        XCTAssertEqual(nested.contexts.map(\.refusalCode), [.wrongUsage, .wrongUsage])
        XCTAssertEqual(cache.count, 2)
    }

    private func schemes() throws -> (lenient: CertificateAuthenticator, strict: CertificateAuthenticator) {
        let cache = LRUCertificateValidationCache()
        let lenient = try stage.options {
            $0.schemeName = "lenient"
            $0.validateCertificateUse = false
        }
        let strict = try stage.options { $0.schemeName = "strict" }
        return (
            try stage.authenticator(options: lenient, cache: cache),
            try stage.authenticator(options: strict, cache: cache)
        )
    }

    private func counting(
        cache: LRUCertificateValidationCache?,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void
    ) throws -> CertificateAuthenticator {
        let calls = HookCounter<CertificateValidatedContext>()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            let claim = Claim(Self.count, String(calls.record(context)))
            return .success(ClaimsPrincipal(authenticationType: "Counting", claims: [claim]))
        })
        return try stage.authenticator(options: stage.options(change), events: events, cache: cache)
    }

    private func counts(
        _ authenticator: CertificateAuthenticator,
        _ identity: TestIdentity,
        requests: Int
    ) async throws -> [String] {
        var answers: [String] = []
        for _ in 0..<requests {
            let client = assertAccepted(await authenticator.authenticate(identity))
            answers.append(try XCTUnwrap(client?.principal.first(Self.count)))
        }
        return answers
    }
}
