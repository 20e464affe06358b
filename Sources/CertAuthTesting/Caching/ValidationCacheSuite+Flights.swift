// SPDX-License-Identifier: Apache-2.0
// Checks of a cache while validations are in progress.

import CertAuth
import Synchronization

extension ValidationCacheSuite {
    func flights(_ verdicts: SampleVerdicts) async throws -> [Violation] {
        let fresh = try verdicts.acceptance(verdicts.chain)
        return await keptAfterValidation(fresh, verdicts) + cancelled(fresh, verdicts)
            + removedMeanwhile(fresh, verdicts)
    }

    private func keptAfterValidation(_ fresh: CachedVerdict, _ verdicts: SampleVerdicts) async -> [Violation] {
        let cache = makeCache()
        let runs = Atomic(0)
        for _ in 0..<2 {
            let answer = await cache.verdict(for: fresh.key, evidence: .numbered(1), at: verdicts.now) {
                runs.add(1, ordering: .relaxed)
                return fresh
            }
            guard answer.key == fresh.key else {
                return [Violation(rule: "whole-key", found: "verdict(for:) returned the verdict of another key")]
            }
        }
        let count = runs.load(ordering: .relaxed)
        guard count != 1 else { return [] }
        return [Violation(rule: "validates-once", found: "\(count) validations for two calls in turn, expected one")]
    }

    /// Cancels the first caller while its validation runs. The second caller must still get the verdict.
    private func cancelled(_ fresh: CachedVerdict, _ verdicts: SampleVerdicts) async -> [Violation] {
        let cache = makeCache()
        let gate = ValidationGate()
        let now = verdicts.now
        let first = Task {
            await cache.verdict(for: fresh.key, evidence: .numbered(1), at: now) {
                await gate.pass()
                return fresh
            }
        }
        await gate.untilReached()
        let second = Task { await cache.verdict(for: fresh.key, evidence: .numbered(1), at: now) { fresh } }
        first.cancel()
        gate.open()
        let answer = await second.value
        _ = await first.value
        guard !answer.isRefusal else {
            return [Violation(rule: "cancellation", found: "the cancellation of one caller failed another")]
        }
        return []
    }

    private func removedMeanwhile(_ fresh: CachedVerdict, _ verdicts: SampleVerdicts) async -> [Violation] {
        let cache = makeCache()
        let gate = ValidationGate()
        let now = verdicts.now
        let question = Task {
            await cache.verdict(for: fresh.key, evidence: .numbered(1), at: now) {
                await gate.pass()
                return fresh
            }
        }
        await gate.untilReached()
        cache.removeAll()
        gate.open()
        _ = await question.value
        guard cache.hasAnswer(for: fresh.key, at: now) else { return [] }
        let text = "a validation that began before removeAll() stored its verdict after it"
        return [Violation(rule: "removes", found: text)]
    }
}

/// Suspends validations until it is opened, and reports when one has arrived.
private final class ValidationGate: Sendable {
    private let reached = SharedResult<Void>()
    private let opened = SharedResult<Void>()

    func open() { opened.deliver(()) }

    func pass() async {
        reached.deliver(())
        await opened.value
    }

    func untilReached() async { await reached.value }
}
