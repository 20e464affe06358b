// SPDX-License-Identifier: Apache-2.0
// The cache used by an authenticator: case D7 of Docs/Cases.md, and the lifetime of entries.

import CertAuth
import CertAuthTesting
import XCTest

final class CachedAuthenticationTests: XCTestCase {
    private var stage: Stage!
    private var cache: LRUCertificateValidationCache!

    override func setUpWithError() throws {
        stage = try Stage()
        cache = LRUCertificateValidationCache()
    }

    private func authenticator(
        evidence: RevocationEvidence = .none,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try stage.authenticator(options: stage.options(change), cache: cache, evidence: evidence)
    }

    func test_transient_revocation_failures_are_not_cached() async throws {
        let identity = try stage.root.issue("alice")
        let authenticator = try authenticator { $0.revocationMode = .offline }
        assertRefused(await authenticator.authenticate(identity), .revocationUnknown, at: 0)
        XCTAssertEqual(cache.count, 0)
        authenticator.revocationEvidence = try stage.evidence([stage.root.revocationList()])
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(cache.count, 1)
    }

    func test_a_definite_refusal_is_remembered_and_not_extended_by_use() async throws {
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        let authenticator = try authenticator()
        for _ in 0..<4 {
            assertRefused(await authenticator.authenticate(identity), .wrongUsage, at: 0)
            stage.clock.advance(by: .seconds(40))
        }
        assertRefused(await authenticator.authenticate(identity), .wrongUsage, at: 0)
        XCTAssertEqual(cache.statistics.misses, 2)
        XCTAssertEqual(cache.statistics.hits, 3)
    }

    func test_another_trust_store_or_option_never_uses_the_old_verdict() async throws {
        let identity = try stage.issuing.issue("alice")
        assertAccepted(try await authenticator().authenticate(identity))
        let other = try TestAuthority("Other", clock: stage.clock.verificationClock)
        let swapped = try authenticator { $0.trust = .custom(try TrustStore(certificates: [other.certificate])) }
        assertRefused(await swapped.authenticate(identity), .partialChain, at: 1)
        let shorter = try authenticator { $0.limits.intermediates = 0 }
        assertRefused(await shorter.authenticate(identity), .pathTooLong, at: nil)
        assertAccepted(try await authenticator().authenticate(identity))
        XCTAssertEqual(cache.statistics.hits, 1)
    }

    func test_a_certificate_revoked_while_cached_is_refused_with_the_new_list() async throws {
        let identity = try stage.root.issue("alice")
        let authenticator = try authenticator(evidence: stage.evidence([stage.root.revocationList()])) {
            $0.revocationMode = .offline
        }
        assertAccepted(await authenticator.authenticate(identity))
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(cache.statistics.hits, 1)
        authenticator.revocationEvidence = try stage.evidence([
            stage.root.revocationList(revoked: [identity], number: 2)
        ])
        assertRefused(await authenticator.authenticate(identity), .revoked, at: 0)
    }

    func test_capacity_exceeded_leaves_every_answer_right() async throws {
        let small = LRUCertificateValidationCache(capacity: 2)
        let authenticator = try stage.authenticator(options: stage.options(), cache: small)
        let good = try (0..<4).map { try stage.root.issue("client \($0)") }
        let bad = try stage.root.issue("mallory", .wrongUsage)
        for _ in 0..<2 {
            for identity in good { assertAccepted(await authenticator.authenticate(identity)) }
            assertRefused(await authenticator.authenticate(bad), .wrongUsage, at: 0)
            XCTAssertEqual(small.count, 3, "two acceptances, and a refusal in its own share")
        }
    }

    func test_many_first_requests_build_one_chain() async throws {
        let identity = try stage.issuing.issue("alice")
        let counting = CountingCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: counting)
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<32 { group.addTask { await authenticator.authenticate(identity).client != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        XCTAssertEqual(accepted, 32)
        XCTAssertEqual(counting.validations.count, 1)
        XCTAssertEqual(counting.inner.count, 1)
        XCTAssertEqual(counting.inner.statistics.hits + counting.inner.statistics.misses, 32)
    }

    func test_a_storm_with_an_expired_certificate_is_answered_from_the_cache() async throws {
        let identity = try stage.issuing.issue("alice", .expired)
        let authenticator = try authenticator()
        for _ in 0..<50 { assertRefused(await authenticator.authenticate(identity), .expired, at: 0) }
        XCTAssertEqual(cache.statistics.misses, 1)
        XCTAssertEqual(cache.statistics.hits, 49)
    }

    func test_a_cached_success_ends_with_the_certificate() async throws {
        let end = stage.clock.now.adding(seconds: 10)
        let identity = try stage.issuing.issue("alice") { $0.notAfter = .automatic(end) }
        let authenticator = try authenticator()
        assertAccepted(await authenticator.authenticate(identity))
        stage.clock.set(to: end)
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(cache.statistics.hits, 1)
        stage.clock.advance(by: .seconds(1))
        assertRefused(await authenticator.authenticate(identity), .expired, at: 0)
    }

    func test_a_cached_refusal_ends_when_the_certificate_becomes_valid() async throws {
        let start = stage.clock.now.adding(seconds: 10)
        let identity = try stage.issuing.issue("alice") { $0.notBefore = .automatic(start) }
        let authenticator = try authenticator()
        assertRefused(await authenticator.authenticate(identity), .notYetValid, at: 0)
        stage.clock.set(to: Timestamp(millisecondsSince1970: start.millisecondsSince1970 - 1))
        assertRefused(await authenticator.authenticate(identity), .notYetValid, at: 0)
        XCTAssertEqual(cache.statistics.hits, 1)
        stage.clock.set(to: start)
        assertAccepted(await authenticator.authenticate(identity))
    }

    func test_a_cached_refusal_ends_when_the_anchor_becomes_valid() async throws {
        let start = stage.clock.now.adding(seconds: 10)
        let root = try TestAuthority("Coming Root", clock: stage.clock.verificationClock) {
            $0.notBefore = .automatic(start)
        }
        let identity = try root.issue("alice")
        let authenticator = try authenticator { $0.trust = .custom(try TrustStore(certificates: [root.certificate])) }
        assertRefused(await authenticator.authenticate(identity), .notYetValid, at: 1)
        stage.clock.set(to: start)
        assertAccepted(await authenticator.authenticate(identity))
    }

    func test_a_cached_success_ends_with_its_crl() async throws {
        let end = stage.clock.now.adding(seconds: 10)
        let identity = try stage.root.issue("alice")
        let list = try stage.root.revocationList { $0.nextUpdate = .automatic(end) }
        let authenticator = try authenticator(evidence: stage.evidence([list])) { $0.revocationMode = .offline }
        assertAccepted(await authenticator.authenticate(identity))
        stage.clock.set(to: end)
        assertAccepted(await authenticator.authenticate(identity))
        stage.clock.advance(by: .seconds(1))
        assertRefused(await authenticator.authenticate(identity), .revocationUnknown, at: 0)
    }

    func test_a_chain_with_other_intermediates_is_another_entry() async throws {
        let identity = try stage.issuing.issue("alice")
        let authenticator = try authenticator()
        assertAccepted(await authenticator.authenticate(identity))
        assertRefused(await authenticator.authenticate(identity.presentedAlone), .untrusted, at: 0)
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(cache.count, 1, "a refusal without a path is not kept")
        XCTAssertEqual(cache.statistics.hits, 1)
    }

    func test_verdicts_are_removed_by_certificate() async throws {
        let authenticator = try authenticator()
        let alice = try stage.issuing.issue("alice")
        let bob = try stage.root.issue("bob")
        for identity in [alice, bob] { assertAccepted(await authenticator.authenticate(identity)) }
        XCTAssertEqual(cache.removeVerdicts(involving: try alice.certificate), 1)
        XCTAssertEqual(cache.count, 1)
        assertAccepted(await authenticator.authenticate(alice))
        XCTAssertEqual(cache.removeVerdicts(involving: try stage.issuing.certificate), 1)
        XCTAssertEqual(cache.removeVerdicts(involving: try stage.root.certificate), 1)
        XCTAssertEqual(cache.count, 0)
    }

    func test_verdicts_are_removed_by_issuer() async throws {
        let authenticator = try authenticator()
        let alice = try stage.issuing.issue("alice")
        let refused = try stage.issuing.issue("carol", .wrongUsage)
        let bob = try stage.root.issue("bob")
        for identity in [alice, bob] { assertAccepted(await authenticator.authenticate(identity)) }
        assertRefused(await authenticator.authenticate(refused), .wrongUsage, at: 0)
        XCTAssertEqual(cache.removeVerdicts(issuedBy: try stage.issuing.certificate.subject), 2)
        XCTAssertEqual(cache.count, 1)
        XCTAssertEqual(cache.removeVerdicts(issuedBy: try stage.root.certificate.subject), 1)
    }

    func test_the_handshake_and_the_request_share_verdicts() async throws {
        let identity = try stage.issuing.issue("alice")
        let authenticator = try authenticator()
        assertAccepted(authenticator.validate(try XCTUnwrap(identity.presented())))
        assertAccepted(await authenticator.authenticate(identity))
        XCTAssertEqual(cache.statistics.hits, 1)
        XCTAssertEqual(cache.statistics.misses, 1)
    }

    func test_chains_over_the_limits_are_not_remembered() async throws {
        let authenticator = try authenticator { $0.limits.presentedCertificates = 1 }
        assertRefused(await authenticator.authenticate(try stage.issuing.issue("alice")), .limitExceeded, at: nil)
        XCTAssertEqual(cache.count, 0)
    }

    func test_untrusted_clients_are_not_cached_and_certified_clients_are() async throws {
        let authenticator = try authenticator()
        let stranger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let forged: [(TestIdentity, FailureCode)] = [
            (try stranger.issue("alice"), .badSignature), (try stranger.issue("bob", .expired), .expired),
            (
                try TestIdentity.selfSigned("carol", clock: stage.clock.verificationClock),
                .certificateTypeNotAllowed
            ),
            (try stage.issuing.issue("dave") { $0.signingKey = try TestKey.generate() }, .badSignature),
            (try stage.issuing.issue("erin", .expired) { $0.signingKey = try TestKey.generate() }, .expired),
        ]
        for (identity, code) in forged {
            let result = await authenticator.authenticate(identity)
            XCTAssertEqual(result.failure?.code, code)
            XCTAssertEqual(cache.count, 0)
        }
        for (profile, code) in [(LeafProfile.expired, FailureCode.expired), (.wrongUsage, .wrongUsage)] {
            cache.removeAll()
            let result = await authenticator.authenticate(try stage.issuing.issue("frank", profile))
            XCTAssertEqual(result.failure?.code, code)
            XCTAssertEqual(cache.count, 1, "\(code)")
        }
    }

    func test_a_verdict_made_while_the_clock_was_ahead_neither_refuses_nor_accepts_later() async throws {
        let now = stage.clock.now
        let alice = try stage.issuing.issue("alice")
        let coming = try stage.issuing.issue("bob") {
            $0.notBefore = .automatic(now.adding(seconds: 2 * 365 * 86_400))
            $0.notAfter = .automatic(now.adding(seconds: 3 * 365 * 86_400))
        }
        let authenticator = try authenticator()
        // Two years ahead for one request of each client.
        stage.clock.set(to: now.adding(seconds: 2 * 365 * 86_400 + 86_400))
        assertAccepted(await authenticator.authenticate(coming))
        let ahead = await authenticator.authenticate(alice).refusalCode
        XCTAssertEqual(ahead, .expired)
        stage.clock.set(to: now)
        assertAccepted(await authenticator.authenticate(alice))
        assertRefused(await authenticator.authenticate(coming), .notYetValid, at: 0)
    }
}

/// Counts the validations that a cache runs.
private struct CountingCache: CertificateValidationCache {
    let inner = LRUCertificateValidationCache()
    let validations = HookCounter<Void>()

    func cachedVerdict(for key: ValidationCacheKey, evidence: EvidenceGeneration, at now: Timestamp) -> CachedVerdict? {
        inner.cachedVerdict(for: key, evidence: evidence, at: now)
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        inner.store(verdict, for: key, at: now)
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        await inner.verdict(for: key, evidence: evidence, at: now) {
            validations.record(())
            return await validate()
        }
    }

    func removeVerdicts(involving certificate: Certificate) -> Int { inner.removeVerdicts(involving: certificate) }
    func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int { inner.removeVerdicts(issuedBy: issuer) }
    func removeAll() { inner.removeAll() }
}
