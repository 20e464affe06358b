// SPDX-License-Identifier: Apache-2.0

/// Counts the responses that a connection starts within one turn of its event loop, so that others get their turn.
struct PromptAnswers {
    /// Requests beyond this number wait for a separate task, so that the event loop serves its other connections first.
    static let most = 32

    private var count = 0

    /// Whether one more response may start in this turn.
    mutating func mayBegin() -> Bool {
        count += 1
        return count <= Self.most
    }

    /// Resets the count at the end of a batch of reads.
    mutating func turnDidEnd() { count = 0 }
}
