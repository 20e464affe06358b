// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A running validation. All callers that ask before it ends receive its result.
///
/// It has its own task, so the cancellation of the first caller does not affect the others.
final class ValidationFlight: Sendable {
    private struct State: Sendable {
        var verdict: CachedVerdict?
        var waiting: [CheckedContinuation<CachedVerdict, Never>] = []
    }

    private let state = Mutex(State())

    /// Ends the validation. Called once.
    func land(_ verdict: CachedVerdict) {
        let waiting = state.withLock { state in
            state.verdict = verdict
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: verdict) }
    }

    /// The result, immediately if the validation has ended.
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
