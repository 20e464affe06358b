// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Why a hook's answer is not used.
enum HookSilence: Error, Equatable, CustomStringConvertible {
    /// The hook did not answer within its deadline.
    case tooSlow(Duration)
    /// The task that waits for it was cancelled, for example because the client closed its connection.
    case cancelled

    var description: String {
        switch self {
        case .tooSlow(let deadline): "gave no answer within \(deadline) (hookDeadline)"
        case .cancelled: "was cancelled, its request has ended"
        }
    }
}

/// Waits for a hook until it answers, its deadline passes, or the waiting task is cancelled, whichever comes first.
///
/// In the latter two cases the hook's task is cancelled and no longer waited for. A hook that ignores the cancellation
/// runs on, but its answer has no effect.
final class HookRace<Answer: Sendable>: Sendable {
    private struct State {
        var answer: Result<Answer, any Error>?
        var waiter: CheckedContinuation<Result<Answer, any Error>, Never>?
    }

    private let state = Mutex(State())

    private init() {}

    /// Runs the hook and returns its answer.
    ///
    /// The hook starts on the calling thread and stays there until it first waits, so a hook that never waits needs no
    /// timer.
    ///
    /// - Throws: the error of the hook, or `HookSilence`.
    static func run(
        within deadline: Duration,
        _ hook: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let race = HookRace()
        let task = Task.begun { race.settle(await Result(hook)) }
        if let answer = race.answer { return try answer.get() }
        let timer = Task {
            guard (try? await Task.sleep(for: deadline)) != nil else { return }
            race.settle(.failure(HookSilence.tooSlow(deadline)))
        }
        defer {
            timer.cancel()
            task.cancel()
        }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { race.wait($0) }
        } onCancel: {
            race.settle(.failure(HookSilence.cancelled))
        }.get()
    }

    private var answer: Result<Answer, any Error>? { state.withLock { $0.answer } }

    /// Sets the answer unless there is one already.
    private func settle(_ answer: Result<Answer, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Result<Answer, any Error>, Never>? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: answer)
    }

    private func wait(_ waiter: CheckedContinuation<Result<Answer, any Error>, Never>) {
        let answer = state.withLock { state in
            if state.answer == nil { state.waiter = waiter }
            return state.answer
        }
        if let answer { waiter.resume(returning: answer) }
    }
}
