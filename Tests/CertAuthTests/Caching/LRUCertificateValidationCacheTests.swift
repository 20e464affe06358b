// SPDX-License-Identifier: Apache-2.0
// The cache's capacity, order, life and counting, by verdicts made up for the purpose.

import CertAuth
import CertAuthTesting
import XCTest

final class LRUCertificateValidationCacheTests: XCTestCase {
    private var stage: Stage!
    private var fingerprint: PolicyFingerprint!

    override func setUpWithError() throws {
        stage = try Stage()
        fingerprint = try stage.authenticator().policyFingerprint
    }

    private func key(_ number: Int) throws -> ValidationCacheKey {
        let bytes = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        let chain = try XCTUnwrap(PresentedChain(derEncoded: [bytes], source: .tls))
        return try ValidationCacheKey(policy: fingerprint, chain: chain)
    }

    private func refusal(
        _ code: FailureCode = .untrusted,
        until: Timestamp? = nil,
        evidence: [UInt8] = []
    ) -> CachedVerdict {
        let failure = AuthenticationFailure(code: code, message: "made up")
        return CachedVerdict(verdict: .refused(failure, until: until), evidenceGeneration: evidence)
    }

    private func has(_ cache: LRUCertificateValidationCache, _ number: Int) throws -> Bool {
        cache.cachedVerdict(for: try key(number), evidence: [], at: stage.clock.now) != nil
    }

    func test_the_defaults_are_the_seeds_numbers() {
        let cache = LRUCertificateValidationCache()
        XCTAssertEqual(cache.capacity, 1_024)
        XCTAssertEqual(cache.entryExpiration, 120)
    }

    func test_the_capacity_is_exact_and_the_least_recently_used_goes_first() throws {
        let cache = LRUCertificateValidationCache(capacity: 3)
        for number in 1...3 { cache.store(refusal(), for: try key(number), at: stage.clock.now) }
        XCTAssertEqual(cache.count, 3)
        XCTAssertTrue(try has(cache, 1))
        cache.store(refusal(), for: try key(4), at: stage.clock.now)
        XCTAssertEqual(cache.count, 3)
        XCTAssertEqual(cache.statistics.evictions, 1)
        XCTAssertFalse(try has(cache, 2))
        XCTAssertTrue(try has(cache, 3))
        XCTAssertTrue(try has(cache, 1))
        XCTAssertTrue(try has(cache, 4))
        cache.store(refusal(), for: try key(5), at: stage.clock.now)
        XCTAssertFalse(try has(cache, 3))
    }

    func test_storing_again_is_a_use_and_takes_no_more_room() throws {
        let cache = LRUCertificateValidationCache(capacity: 2)
        for number in [1, 2, 1, 3] { cache.store(refusal(), for: try key(number), at: stage.clock.now) }
        XCTAssertEqual(cache.count, 2)
        XCTAssertTrue(try has(cache, 1))
        XCTAssertFalse(try has(cache, 2))
        XCTAssertTrue(try has(cache, 3))
    }

    func test_a_capacity_of_one_keeps_the_last_and_nonsense_is_raised_to_one() throws {
        for cache in [LRUCertificateValidationCache(capacity: 1), LRUCertificateValidationCache(capacity: -5)] {
            XCTAssertEqual(cache.capacity, 1)
            for number in 1...3 { cache.store(refusal(), for: try key(number), at: stage.clock.now) }
            XCTAssertEqual(cache.count, 1)
            XCTAssertTrue(try has(cache, 3))
        }
        XCTAssertEqual(LRUCertificateValidationCache(entryExpiration: 0).entryExpiration, 1)
    }

    func test_thousands_of_entries_come_and_go_and_the_capacity_holds() throws {
        for capacity in [100, 4_095, 4_096, 5_000] {
            let cache = LRUCertificateValidationCache(capacity: capacity)
            for number in 0..<20_000 { cache.store(refusal(), for: try key(number), at: stage.clock.now) }
            XCTAssertEqual(cache.count, capacity, "full stripes are full to the entry")
            XCTAssertEqual(cache.statistics.evictions, 20_000 - capacity)
            cache.removeAll()
            XCTAssertEqual(cache.count, 0)
        }
    }

    func test_8_2_a_life_ends_absolutely_however_often_an_entry_is_used() throws {
        let cache = LRUCertificateValidationCache(entryExpiration: 120)
        cache.store(refusal(), for: try key(1), at: stage.clock.now)
        for _ in 0..<4 {
            XCTAssertTrue(try has(cache, 1))
            stage.clock.advance(bySeconds: 30)
        }
        XCTAssertTrue(try has(cache, 1))
        stage.clock.set(to: Timestamp(millisecondsSince1970: stage.clock.now.millisecondsSince1970 + 1))
        XCTAssertFalse(try has(cache, 1))
        XCTAssertEqual(cache.count, 0)
    }

    func test_8_2_a_life_ends_with_the_verdict_when_that_is_earlier() throws {
        let cache = LRUCertificateValidationCache()
        let end = stage.clock.now.adding(seconds: 10)
        cache.store(refusal(until: end), for: try key(1), at: stage.clock.now)
        stage.clock.set(to: end)
        XCTAssertTrue(try has(cache, 1))
        stage.clock.set(to: Timestamp(millisecondsSince1970: end.millisecondsSince1970 + 1))
        XCTAssertFalse(try has(cache, 1))
        cache.store(refusal(until: end), for: try key(2), at: stage.clock.now)
        XCTAssertEqual(cache.count, 0, "a verdict that is over is not stored")
    }

    func test_8_2_transient_trouble_is_never_stored() throws {
        let cache = LRUCertificateValidationCache()
        for code in [FailureCode.revocationUnknown, .internalError] {
            XCTAssertFalse(refusal(code).isCacheable)
            cache.store(refusal(code), for: try key(1), at: stage.clock.now)
            XCTAssertEqual(cache.count, 0)
        }
        cache.store(refusal(.revoked), for: try key(1), at: stage.clock.now)
        XCTAssertEqual(cache.count, 1)
    }

    func test_8_2_other_evidence_makes_an_entry_void() throws {
        let cache = LRUCertificateValidationCache()
        cache.store(refusal(evidence: [1]), for: try key(1), at: stage.clock.now)
        XCTAssertNotNil(cache.cachedVerdict(for: try key(1), evidence: [1], at: stage.clock.now))
        XCTAssertNil(cache.cachedVerdict(for: try key(1), evidence: [2], at: stage.clock.now))
        XCTAssertEqual(cache.count, 0)
    }

    func test_hits_and_misses_are_counted() throws {
        let cache = LRUCertificateValidationCache()
        XCTAssertFalse(try has(cache, 1))
        cache.store(refusal(), for: try key(1), at: stage.clock.now)
        XCTAssertTrue(try has(cache, 1))
        XCTAssertTrue(try has(cache, 1))
        XCTAssertEqual(cache.statistics.hits, 2)
        XCTAssertEqual(cache.statistics.misses, 1)
        XCTAssertEqual(cache.statistics.evictions, 0)
    }

    func test_8_2_the_key_is_policy_source_and_the_whole_chain() throws {
        let identity = try stage.issuing.issue("alice")
        let strict = try stage.authenticator { $0.schemeName = "strict" }.policyFingerprint
        func key(_ policy: PolicyFingerprint, _ chain: [[UInt8]], _ source: PresentedChain.Source) throws -> [UInt8] {
            let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: source))
            return try ValidationCacheKey(policy: policy, chain: presented).bytes
        }
        let chain = identity.chain
        let keys = [
            try key(fingerprint, chain, .tls), try key(strict, chain, .tls), try key(fingerprint, chain, .offline),
            try key(fingerprint, chain, .forwarded(dialect: "xfcc", verifiedByProxy: true)),
            try key(fingerprint, chain, .forwarded(dialect: "xfcc", verifiedByProxy: false)),
            try key(fingerprint, chain, .forwarded(dialect: "rfc9440", verifiedByProxy: true)),
            try key(fingerprint, [chain[0]], .tls), try key(fingerprint, chain.reversed(), .tls),
            try key(fingerprint, chain + [chain[1]], .tls), try key(fingerprint, [chain[0] + chain[1]], .tls),
        ]
        XCTAssertEqual(Set(keys).count, keys.count)
        XCTAssertEqual(try key(fingerprint, chain, .tls), keys[0])
    }
}
