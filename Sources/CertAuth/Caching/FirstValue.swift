// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A value that one task waits for and several parties may settle; the first one counts.
package final class FirstValue<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case open
        case waiting(CheckedContinuation<Value, Never>)
        case settled(Value)
    }

    private let state = Mutex(State.open)

    package init() {}

    /// Nil until it is settled.
    package var value: Value? {
        state.withLock { state in
            if case .settled(let value) = state { value } else { nil }
        }
    }

    /// Settles the value, and resumes the task that waits for it.
    ///
    /// - Returns: false if it was settled before.
    @discardableResult
    package func settle(_ value: Value) -> Bool {
        let former = state.withLock { state in
            let former = state
            if case .settled = former { return former }
            state = .settled(value)
            return former
        }
        switch former {
        case .open: return true
        case .waiting(let continuation):
            continuation.resume(returning: value)
            return true
        case .settled: return false
        }
    }

    /// Waits until the value is settled, even if the task is cancelled. Only one task may wait.
    package func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let value: Value? = state.withLock { state in
                if case .settled(let value) = state { return value }
                state = .waiting(continuation)
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }

    /// Waits until the value is settled, which the deadline and the cancellation of the task do as well. Only one task
    /// may wait.
    ///
    /// A value that is settled already costs no timer.
    package func wait(
        until deadline: ContinuousClock.Instant,
        timeout: Value,
        cancellation: Value
    ) async -> Value {
        if let value { return value }
        let timer = Task {
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            settle(timeout)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            settle(cancellation)
        }
    }
}
