// SPDX-License-Identifier: Apache-2.0

/// Why a hook's answer does not count.
enum HookFailure: Error, Equatable, CustomStringConvertible {
    /// The hook did not answer within its deadline.
    case tooSlow(Duration)
    /// The task that waits for it was cancelled, for example because the client closed its connection.
    case cancelled

    var description: String {
        switch self {
        case .tooSlow(let deadline): "gave no answer within \(deadline) (hookDeadline)"
        case .cancelled: "was cancelled because its request has ended"
        }
    }
}

/// Waits for a hook until it answers, its deadline passes, or the waiting task is cancelled, whichever comes first.
///
/// In the latter two cases the hook's task is cancelled and no longer waited for: a hook that does not notice runs on, but
/// its answer has no effect.
enum HookRace {
    /// The hook's answer.
    ///
    /// The hook starts on the calling thread and stays there until it first waits, so a hook that never waits needs no
    /// timer.
    ///
    /// - Throws: what the hook throws, and `HookFailure`.
    static func run<Answer: Sendable>(
        within deadline: Duration,
        _ hook: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let answer = FirstValue<Result<Answer, any Error>>()
        let task = Task.begun { answer.settle(await Result(hook)) }
        if let answer = answer.value { return try answer.get() }
        defer { task.cancel() }
        return try await answer.wait(
            until: .now + deadline,
            timeout: .failure(HookFailure.tooSlow(deadline)),
            cancellation: .failure(HookFailure.cancelled)
        ).get()
    }
}
