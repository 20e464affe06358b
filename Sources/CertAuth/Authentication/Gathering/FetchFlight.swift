// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A running fetch that several callers may wait for. A caller stops waiting at its own deadline or when it is
/// cancelled. The fetch continues, so that later callers can use its result, unless all callers have been cancelled.
final class FetchFlight: Sendable {
    private struct State: Sendable {
        var outcome: FetchOutcome?
        var waiting: [Int: CheckedContinuation<FetchOutcome?, Never>] = [:]
        var gone: Set<Int> = []
        var passengers = 0
        var cancelled = 0
        var task: Task<Void, Never>?
        var isAbandoned: Bool { passengers > 0 && cancelled == passengers }
    }

    private let state = Mutex(State())

    /// Sets the task that performs the fetch, so that it can be cancelled.
    func begin(_ task: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.task = state.outcome == nil ? task : nil
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    /// Ends the fetch.
    func land(_ outcome: FetchOutcome) {
        let waiting = state.withLock { state in
            state.outcome = outcome
            state.task = nil
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    /// Adds a caller. Nil if all callers have been cancelled and the fetch is abandoned.
    func board() -> Int? {
        state.withLock { state in
            guard !state.isAbandoned else { return nil }
            state.passengers += 1
            return state.passengers
        }
    }

    /// Whether the fetch is abandoned.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// The result of the fetch. Nil if the deadline passed first, or the task was cancelled.
    ///
    /// - Parameter number: the result of `board`.
    func outcome(for number: Int, before deadline: ContinuousClock.Instant) async -> FetchOutcome? {
        let timer = Task {
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            leave(number, isCancelled: false)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDecided = state.withLock { state in
                    if state.outcome != nil || state.gone.contains(number) { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isDecided { continuation.resume(returning: state.withLock { $0.outcome }) }
            }
        } onCancel: {
            leave(number, isCancelled: true)
        }
    }

    private func leave(_ number: Int, isCancelled: Bool) {
        let (continuation, task) = state.withLock { state in
            state.gone.insert(number)
            if isCancelled { state.cancelled += 1 }
            return (state.waiting.removeValue(forKey: number), state.isAbandoned ? state.task : nil)
        }
        continuation?.resume(returning: nil)
        task?.cancel()
    }
}
