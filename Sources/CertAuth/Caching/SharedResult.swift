// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The result of work that runs once for all tasks that ask for it at the same time.
///
/// The work has a task of its own, so that the cancellation of one asking task does not affect the others.
package final class SharedResult<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value?
        /// One for each waiting task.
        var waiting: [ObjectIdentifier: @Sendable (Value) -> Void] = [:]
        var participants = 0
        var cancelled = 0
        /// The work, while it can be cancelled.
        var work: Task<Void, Never>?
        var isAbandoned: Bool { participants > 0 && cancelled == participants }
    }

    /// How the wait of a participant ended.
    private enum Wait: Sendable {
        case delivered(Value)
        case timedOut
        case cancelled
    }

    private let state = Mutex(State())

    package init() {}

    /// Delivers the result to all tasks that wait now or later; only the first call has an effect.
    package func deliver(_ value: Value) {
        let waiting = state.withLock { state -> [@Sendable (Value) -> Void] in
            guard state.value == nil else { return [] }
            state.value = value
            state.work = nil
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for resume in waiting { resume(value) }
    }

    /// The result. The cancellation of the waiting task has no effect.
    package var value: Value {
        get async {
            let first = FirstValue<Value>()
            if let value = delivered(orTo: first, { first.settle($0) }) { return value }
            return await first.wait()
        }
    }

    /// The value, if it is there already. Otherwise it will be given to `resume`.
    private func delivered(orTo waiting: AnyObject, _ resume: @escaping @Sendable (Value) -> Void) -> Value? {
        let identifier = ObjectIdentifier(waiting)
        return state.withLock { state in
            if state.value == nil { state.waiting[identifier] = resume }
            return state.value
        }
    }
}

extension SharedResult {
    /// Hands over the task of the work, which is cancelled when every participant has been.
    func begin(_ work: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.work = state.value == nil ? work : nil
            return state.isAbandoned
        }
        if isAbandoned { work.cancel() }
    }

    /// Counts one more participant, which then calls `value(before:)`.
    ///
    /// - Returns: false if every participant before was cancelled: the work will not be completed.
    func join() -> Bool {
        state.withLock { state in
            guard !state.isAbandoned else { return false }
            state.participants += 1
            return true
        }
    }

    /// Whether every participant was cancelled.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// The result for a participant; nil if the deadline passed first, or its task was cancelled. The work continues for
    /// later participants, unless all have been cancelled.
    func value(before deadline: ContinuousClock.Instant) async -> Value? {
        let first = FirstValue<Wait>()
        if let value = delivered(orTo: first, { first.settle(.delivered($0)) }) { return value }
        switch await first.wait(until: deadline, timeout: .timedOut, cancellation: .cancelled) {
        case .delivered(let value): return value
        case .timedOut: leave(first, isCancelled: false)
        case .cancelled: leave(first, isCancelled: true)
        }
        return nil
    }

    private func leave(_ waiting: FirstValue<Wait>, isCancelled: Bool) {
        let work = state.withLock { state in
            state.waiting[ObjectIdentifier(waiting)] = nil
            if isCancelled { state.cancelled += 1 }
            return state.isAbandoned ? state.work : nil
        }
        work?.cancel()
    }
}
