// SPDX-License-Identifier: Apache-2.0
// The cache's capacity, order, lifetimes and counts, tested with constructed verdicts.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class LRUCertificateValidationCacheTests: XCTestCase {
    private var stage: Stage!
    private var fingerprint: PolicyFingerprint!
    private var leaf: Certificate!

    override func setUpWithError() throws {
        stage = try Stage()
        leaf = try stage.root.issue("alice").certificate
        fingerprint = try stage.authenticator().policyFingerprint
    }

    private func key(_ number: Int) throws -> ValidationCacheKey {
        let bytes = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        let chain = try XCTUnwrap(PresentedChain(derEncoded: [bytes], source: .tls))
        return try ValidationCacheKey(policy: fingerprint, chain: chain)
    }

    /// The acceptance of one client, stored as if for the chain of `number`.
    private func acceptance(
        _ number: Int,
        until: Timestamp? = nil,
        evidence: EvidenceGeneration = .none,
        madeAt: Timestamp? = nil
    ) throws -> CachedVerdict {
        let chain = ValidatedChain(
            leaf: leaf,
            path: CandidatePath(certificates: [leaf]),
            policies: [],
            revocation: [.notChecked(.mode)],
            validUntil: until
        )
        return CachedVerdict(
            verdict: .accepted(chain),
            key: try key(number),
            evidenceGeneration: evidence,
            madeAt: madeAt ?? stage.clock.now
        )
    }

    /// The refusal of a client whose certificate a CA has signed, or of an untrusted one.
    private func refusal(
        _ number: Int,
        _ code: FailureCode = .wrongUsage,
        isSigned: Bool = true,
        message: String = "made up"
    ) throws -> CachedVerdict {
        var trace = ValidationTrace()
        if isSigned { trace.signaturesDidVerify() }
        let failure = AuthenticationFailure(Finding(code, at: nil, message), trace: trace)
        return CachedVerdict(
            verdict: .refused(failure, until: nil),
            key: try key(number),
            evidenceGeneration: .none,
            madeAt: stage.clock.now
        )
    }

    private func store(_ verdict: CachedVerdict, in cache: LRUCertificateValidationCache) {
        cache.store(verdict, for: verdict.key, at: stage.clock.now)
    }

    private func has(_ cache: LRUCertificateValidationCache, _ number: Int) throws -> Bool {
        cache.cachedVerdict(for: try key(number), evidence: .none, at: stage.clock.now) != nil
    }

    func test_the_default_capacity_and_lifetime_are_the_documented_numbers() {
        let cache = LRUCertificateValidationCache()
        XCTAssertEqual(cache.capacity, 1_024)
        XCTAssertEqual(cache.entryLifetime, 120)
    }

    func test_the_capacity_is_exact_and_the_least_recently_used_goes_first() throws {
        let cache = LRUCertificateValidationCache(capacity: 3)
        for number in 1...3 { store(try acceptance(number), in: cache) }
        XCTAssertEqual(cache.count, 3)
        XCTAssertTrue(try has(cache, 1))
        store(try acceptance(4), in: cache)
        XCTAssertEqual(cache.count, 3)
        XCTAssertEqual(cache.statistics.evictions, 1)
        XCTAssertFalse(try has(cache, 2))
        XCTAssertTrue(try has(cache, 3))
        XCTAssertTrue(try has(cache, 1))
        XCTAssertTrue(try has(cache, 4))
        store(try acceptance(5), in: cache)
        XCTAssertFalse(try has(cache, 3))
    }

    func test_storing_again_is_a_use_and_takes_no_more_room() throws {
        let cache = LRUCertificateValidationCache(capacity: 2)
        for number in [1, 2, 1, 3] { store(try acceptance(number), in: cache) }
        XCTAssertEqual(cache.count, 2)
        XCTAssertTrue(try has(cache, 1))
        XCTAssertFalse(try has(cache, 2))
        XCTAssertTrue(try has(cache, 3))
    }

    func test_a_capacity_of_one_keeps_the_last_entry_and_smaller_values_are_raised_to_one() throws {
        for cache in [LRUCertificateValidationCache(capacity: 1), LRUCertificateValidationCache(capacity: -5)] {
            XCTAssertEqual(cache.capacity, 1)
            for number in 1...3 { store(try acceptance(number), in: cache) }
            XCTAssertEqual(cache.count, 1)
            XCTAssertTrue(try has(cache, 3))
        }
        for (duration, expected) in [
            (Duration.seconds(0), 1), (.seconds(-5), 1), (.milliseconds(2_900), 2), (.seconds(Int64.max), .max),
        ] as [(Duration, Int64)] {
            XCTAssertEqual(LRUCertificateValidationCache(entryExpiration: duration).entryLifetime, expected)
        }
    }

    func test_thousands_of_entries_are_added_and_removed_within_the_capacity() throws {
        for capacity in [100, 4_095, 4_096, 5_000] {
            let cache = LRUCertificateValidationCache(capacity: capacity)
            for number in 0..<20_000 { store(try acceptance(number), in: cache) }
            XCTAssertEqual(cache.count, capacity, "full stripes are full to the entry")
            XCTAssertEqual(cache.statistics.evictions, 20_000 - capacity)
            cache.removeAll()
            XCTAssertEqual(cache.count, 0)
        }
    }

    func test_a_lifetime_is_absolute_however_often_an_entry_is_used() throws {
        let cache = LRUCertificateValidationCache(entryExpiration: .seconds(120))
        store(try acceptance(1), in: cache)
        for _ in 0..<4 {
            XCTAssertTrue(try has(cache, 1))
            stage.clock.advance(by: .seconds(30))
        }
        XCTAssertTrue(try has(cache, 1))
        stage.clock.set(to: Timestamp(millisecondsSince1970: stage.clock.now.millisecondsSince1970 + 1))
        XCTAssertFalse(try has(cache, 1))
        XCTAssertEqual(cache.count, 0)
    }

    func test_a_lifetime_ends_with_the_verdict_if_that_is_earlier() throws {
        let cache = LRUCertificateValidationCache()
        let end = stage.clock.now.adding(seconds: 10)
        store(try acceptance(1, until: end), in: cache)
        stage.clock.set(to: end)
        XCTAssertTrue(try has(cache, 1))
        stage.clock.set(to: Timestamp(millisecondsSince1970: end.millisecondsSince1970 + 1))
        XCTAssertFalse(try has(cache, 1))
        store(try acceptance(2, until: end), in: cache)
        XCTAssertEqual(cache.count, 0, "a verdict that is over is not stored")
    }

    func test_transient_failures_are_never_stored() throws {
        let cache = LRUCertificateValidationCache()
        for code in [FailureCode.revocationUnknown, .internalError] {
            XCTAssertFalse(try refusal(1, code).isCacheable)
            store(try refusal(1, code), in: cache)
            XCTAssertEqual(cache.count, 0)
        }
        store(try refusal(1, .revoked), in: cache)
        XCTAssertEqual(cache.count, 1)
    }

    func test_other_evidence_invalidates_an_entry() throws {
        let cache = LRUCertificateValidationCache()
        store(try acceptance(1, evidence: .numbered(1)), in: cache)
        XCTAssertNotNil(cache.cachedVerdict(for: try key(1), evidence: .numbered(1), at: stage.clock.now))
        XCTAssertNil(cache.cachedVerdict(for: try key(1), evidence: .numbered(2), at: stage.clock.now))
        XCTAssertEqual(cache.count, 0)
    }

    func test_a_refusal_before_a_verified_signature_is_never_stored() throws {
        let cache = LRUCertificateValidationCache()
        store(try refusal(1, isSigned: false), in: cache)
        XCTAssertEqual(cache.count, 0)
        store(try refusal(1), in: cache)
        XCTAssertEqual(cache.count, 1)
    }

    func test_refusals_have_an_eighth_of_the_capacity_and_never_displace_an_acceptance() throws {
        let cache = LRUCertificateValidationCache(capacity: 16)
        for number in 1...16 { store(try acceptance(number), in: cache) }
        for number in 100...199 { store(try refusal(number), in: cache) }
        XCTAssertEqual(cache.count, 18)
        for number in 1...16 { XCTAssertTrue(try has(cache, number), "\(number)") }
        XCTAssertEqual(try (100...199).filter { try has(cache, $0) }, [198, 199])
        XCTAssertEqual(cache.statistics.evictions, 98)
    }

    func test_an_acceptance_replaces_the_refusal_of_the_same_chain_and_vice_versa() throws {
        let cache = LRUCertificateValidationCache()
        store(try refusal(1), in: cache)
        store(try acceptance(1), in: cache)
        XCTAssertEqual(cache.count, 1)
        XCTAssertEqual(cache.cachedVerdict(for: try key(1), evidence: .none, at: stage.clock.now)?.isRefusal, false)
        store(try refusal(1), in: cache)
        XCTAssertEqual(cache.count, 1)
        XCTAssertEqual(cache.cachedVerdict(for: try key(1), evidence: .none, at: stage.clock.now)?.isRefusal, true)
    }

    func test_bytes_are_limited_in_addition_to_entries() throws {
        let size = try acceptance(1).estimatedBytes
        let cache = LRUCertificateValidationCache(capacity: 100, byteCapacity: 3 * size)
        for number in 1...5 { store(try acceptance(number), in: cache) }
        XCTAssertEqual(cache.count, 3)
        XCTAssertEqual(cache.estimatedBytes, 3 * size)
        XCTAssertEqual(try (1...5).filter { try has(cache, $0) }, [3, 4, 5])
        XCTAssertEqual(cache.statistics.evictions, 2)
        cache.removeAll()
        XCTAssertEqual(cache.estimatedBytes, 0)
        let small = LRUCertificateValidationCache(capacity: 100, byteCapacity: size - 1)
        store(try acceptance(1), in: small)
        XCTAssertEqual(small.count, 0, "larger than all of it")
    }

    func test_the_bytes_of_a_certificate_with_many_names_are_counted_by_its_names() throws {
        let names = (0..<2_000).map { GeneralNameTemplate.dns("\($0).example") }
        let large = try stage.root.issue("many") { $0.extensions.append(.subjectAlternativeNames(names)) }.certificate
        leaf = large
        XCTAssertGreaterThan(try acceptance(1).estimatedBytes, 2_000 * 256)
        let cache = LRUCertificateValidationCache(capacity: 8)
        store(try acceptance(1), in: cache)
        XCTAssertEqual(cache.count, 0, "more than the cache may take")
    }

    func test_a_verdict_made_while_the_clock_was_ahead_is_not_used_after_its_correction() throws {
        let cache = LRUCertificateValidationCache()
        let now = stage.clock.now
        stage.clock.advance(by: .seconds(2 * 365 * 86_400))
        store(try acceptance(1), in: cache)
        XCTAssertTrue(try has(cache, 1))
        stage.clock.set(to: now)
        XCTAssertFalse(try has(cache, 1))
        XCTAssertEqual(cache.count, 0)
    }

    func test_a_request_that_read_the_clock_a_moment_before_may_use_the_verdict() throws {
        let cache = LRUCertificateValidationCache()
        let now = stage.clock.now
        store(try acceptance(1, madeAt: now.adding(seconds: 1)), in: cache)
        XCTAssertTrue(try has(cache, 1))
        store(try acceptance(2, madeAt: Timestamp(millisecondsSince1970: now.millisecondsSince1970 + 1_001)), in: cache)
        XCTAssertFalse(try has(cache, 2))
    }

    func test_a_clock_that_is_set_back_does_not_lengthen_a_life() throws {
        let steady = SteadyTestClock()
        let cache = LRUCertificateValidationCache(entryExpiration: .seconds(120), steadyNow: { steady.now })
        store(try acceptance(1), in: cache)
        // The clock is set back repeatedly to the moment the verdict was made.
        steady.advance(bySeconds: 120)
        XCTAssertTrue(try has(cache, 1))
        steady.advance(bySeconds: 1)
        XCTAssertFalse(try has(cache, 1))
        XCTAssertEqual(cache.count, 0)
    }

    func test_an_entry_is_kept_only_under_its_own_key() throws {
        let cache = LRUCertificateValidationCache()
        cache.store(try acceptance(1), for: try key(2), at: stage.clock.now)
        XCTAssertEqual(cache.count, 0)
    }

    func test_hits_and_misses_are_counted() throws {
        let cache = LRUCertificateValidationCache()
        XCTAssertFalse(try has(cache, 1))
        store(try acceptance(1), in: cache)
        XCTAssertTrue(try has(cache, 1))
        XCTAssertTrue(try has(cache, 1))
        XCTAssertEqual(cache.statistics.hits, 2)
        XCTAssertEqual(cache.statistics.misses, 1)
        XCTAssertEqual(cache.statistics.evictions, 0)
    }

    func test_the_key_is_policy_source_and_the_whole_chain() throws {
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
