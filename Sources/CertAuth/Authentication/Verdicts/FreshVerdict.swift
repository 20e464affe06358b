// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The verdict that one question adds to a cache, if the cache asks for it.
final class FreshVerdict: Sendable {
    private struct State: Sendable {
        var hasBegun = false
        var verdict: ValidationVerdict?
    }

    private let state = Mutex(State())

    /// Whether the cache has asked for a verdict.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Nil if the verdict was made for another question.
    var verdict: ValidationVerdict? { state.withLock { $0.verdict } }

    func begin() { state.withLock { $0.hasBegun = true } }

    func keep(_ verdict: ValidationVerdict) { state.withLock { $0.verdict = verdict } }
}
