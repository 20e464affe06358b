// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The verdict that one question added to a cache.
final class FreshVerdict: Sendable {
    private let verdict = Mutex<ValidationVerdict?>(nil)

    /// Nil if the verdict was made for another question.
    var kept: ValidationVerdict? { verdict.withLock { $0 } }

    func keep(_ verdict: ValidationVerdict) { self.verdict.withLock { $0 = verdict } }
}
