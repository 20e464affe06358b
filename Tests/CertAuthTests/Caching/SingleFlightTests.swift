// SPDX-License-Identifier: Apache-2.0
// Concurrent requests for the same chain share one validation; removing an entry during the validation.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import XCTest

final class SingleFlightTests: XCTestCase {
    private var stage: Stage!
    private var key: ValidationCacheKey!

    override func setUpWithError() throws {
        stage = try Stage()
        let chain = try XCTUnwrap(PresentedChain(derEncoded: [[1]], source: .tls))
        key = try ValidationCacheKey(policy: stage.authenticator().policyFingerprint, chain: chain)
    }

    /// Requests the verdict's message in a new task.
    private func ask(
        _ cache: LRUCertificateValidationCache,
        evidence: EvidenceGeneration,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) -> Task<String?, Never> {
        let question = Question(cache: cache, key: key, evidence: evidence, now: stage.clock.now)
        return Task { await question.answer(validate) }
    }

    private var verdict: SampleVerdict { SampleVerdict(key: key, moment: stage.clock.now) }

    private static func message(_ verdict: CachedVerdict) -> String? { verdict.message }

    func test_many_concurrent_requests_cause_one_validation() async throws {
        let verdict = verdict
        let cache = LRUCertificateValidationCache()
        let gate = Gate()
        let runs = HookCounter<Void>()
        let key = try XCTUnwrap(key)
        let now = stage.clock.now
        let answers = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let found = await cache.verdict(for: key, evidence: .none, at: now) {
                        runs.record(())
                        await gate.pass()
                        return verdict("shared")
                    }
                    return Self.message(found)
                }
            }
            while cache.statistics.misses < 50 { await Task.yield() }
            gate.open()
            return await group.reduce(into: []) { $0.append($1) }
        }
        XCTAssertEqual(answers, [String?](repeating: "shared", count: 50))
        XCTAssertEqual(runs.count, 1)
        XCTAssertEqual(cache.count, 1)
    }

    func test_a_leader_that_is_cancelled_does_not_fail_its_followers() async throws {
        let verdict = verdict
        let cache = LRUCertificateValidationCache()
        let gate = Gate()
        let leader = ask(cache, evidence: .none) {
            await gate.pass()
            return verdict(Task.isCancelled ? "cancelled" : "done")
        }
        while cache.statistics.misses < 1 { await Task.yield() }
        let follower = ask(cache, evidence: .none) { verdict("second") }
        while cache.statistics.misses < 2 { await Task.yield() }
        leader.cancel()
        gate.open()
        let answer = await follower.value
        XCTAssertEqual(answer, "done")
    }

    func test_other_evidence_is_a_validation_of_its_own() async throws {
        let verdict = verdict
        let cache = LRUCertificateValidationCache()
        let gate = Gate()
        let key = try XCTUnwrap(key)
        let now = stage.clock.now
        let first = ask(cache, evidence: .numbered(1)) {
            await gate.pass()
            return verdict("old evidence")
        }
        while cache.statistics.misses < 1 { await Task.yield() }
        let second = await cache.verdict(for: key, evidence: .numbered(2), at: now) { verdict("new evidence") }
        XCTAssertEqual(Self.message(second), "new evidence")
        gate.open()
        let old = await first.value
        XCTAssertEqual(old, "old evidence")
    }

    func test_a_validation_that_began_before_a_removal_is_not_cached() async throws {
        let verdict = verdict
        let cache = LRUCertificateValidationCache()
        let gate = Gate()
        let key = try XCTUnwrap(key)
        let now = stage.clock.now
        let early = ask(cache, evidence: .none) {
            await gate.pass()
            return verdict("before the removal")
        }
        while cache.statistics.misses < 1 { await Task.yield() }
        cache.removeAll()
        let late = await cache.verdict(for: key, evidence: .none, at: now) { verdict("after the removal") }
        XCTAssertEqual(Self.message(late), "after the removal")
        gate.open()
        _ = await early.value
        let kept = cache.cachedVerdict(for: key, evidence: .none, at: now)
        XCTAssertEqual(kept.flatMap(Self.message), "after the removal")
    }
}

/// Makes refusals that may be cached, distinguished by their messages.
private struct SampleVerdict: Sendable {
    let key: ValidationCacheKey
    let moment: Timestamp

    func callAsFunction(_ message: String) -> CachedVerdict {
        var trace = ValidationTrace()
        trace.signaturesDidVerify()
        let failure = AuthenticationFailure(Finding(.wrongUsage, at: 0, message), trace: trace)
        return CachedVerdict(
            verdict: .refused(failure, until: nil),
            key: key,
            evidenceGeneration: .none,
            madeAt: moment
        )
    }
}

/// One look-up in a cache.
private struct Question: Sendable {
    let cache: LRUCertificateValidationCache
    let key: ValidationCacheKey
    let evidence: EvidenceGeneration
    let now: Timestamp

    func answer(_ validate: @escaping @Sendable () async -> CachedVerdict) async -> String? {
        await cache.verdict(for: key, evidence: evidence, at: now, validate: validate).message
    }
}

extension CachedVerdict {
    fileprivate var message: String? { failure?.message }
}
