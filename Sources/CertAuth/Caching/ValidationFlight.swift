// SPDX-License-Identifier: Apache-2.0
// One validation that many may wait for.

internal import Synchronization

/// A validation under way; whoever asks before it lands gets what it brings.
///
/// It has a task of its own, so whoever asked first may be cancelled without taking the others along.
final class ValidationFlight: Sendable {
    private struct State: Sendable {
        var verdict: CachedVerdict?
        var waiting: [CheckedContinuation<CachedVerdict, Never>] = []
    }

    private let state = Mutex(State())

    /// Ends the flight; once.
    func land(_ verdict: CachedVerdict) {
        let waiting = state.withLock { state in
            state.verdict = verdict
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: verdict) }
    }

    /// What the flight brings, at once where it has landed.
    var verdict: CachedVerdict {
        get async {
            if let verdict = state.withLock({ $0.verdict }) { return verdict }
            return await withCheckedContinuation { continuation in
                let verdict = state.withLock { state in
                    if state.verdict == nil { state.waiting.append(continuation) }
                    return state.verdict
                }
                if let verdict { continuation.resume(returning: verdict) }
            }
        }
    }
}
