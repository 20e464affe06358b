// SPDX-License-Identifier: Apache-2.0
// How many answers a connection may give before the others of its event loop have their turn.

/// Counts the answers that a connection began at once in one turn of its event loop.
struct PromptAnswers {
    /// What is sent ahead beyond this waits for a task of its own, and the loop serves its other connections first.
    static let most = 32

    private var count = 0

    /// Whether one more may begin at once.
    mutating func mayBegin() -> Bool {
        count += 1
        return count <= Self.most
    }

    /// A batch of reads is over.
    mutating func turnDidEnd() { count = 0 }
}
