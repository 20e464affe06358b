// SPDX-License-Identifier: Apache-2.0
// One fetch that many may wait for, each no longer than it wants.

internal import Synchronization

/// A fetch under way. Whoever waits leaves at a deadline of its own or when it is cancelled; the fetch goes on, so that
/// what it brings serves the next one, unless everybody has been cancelled.
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

    /// Hands over the task that will land, so that it can be called off.
    func begin(_ task: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.task = state.outcome == nil ? task : nil
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    /// Ends the flight.
    func land(_ outcome: FetchOutcome) {
        let waiting = state.withLock { state in
            state.outcome = outcome
            state.task = nil
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    /// Counts one more who waits; nil when everybody has been cancelled, so that the flight goes nowhere.
    func board() -> Int? {
        state.withLock { state in
            guard !state.isAbandoned else { return nil }
            state.passengers += 1
            return state.passengers
        }
    }

    /// Whether the flight goes nowhere.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// What the flight brought; nil when the deadline passed first, or the task was cancelled.
    ///
    /// - Parameter number: what `board` has given.
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
