// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A gate that stays open once it has been opened.
public final class SceneGate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var nextNumber = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var watching: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Creates a closed gate.
    public init() {}

    /// Waits until the gate is open or the task is cancelled.
    public func pass() async {
        let (number, watching) = state.withLock { state in
            state.arrivals += 1
            state.nextNumber += 1
            let ready = state.watching.filter { $0.count <= state.arrivals }
            state.watching.removeAll { $0.count <= state.arrivals }
            return (state.nextNumber, ready)
        }
        for watcher in watching { watcher.continuation.resume() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayPass = state.withLock { state in
                    if state.isOpen || state.cancelled.contains(number) { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if mayPass { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(number)
                return state.waiting.removeValue(forKey: number)
            }
            continuation?.resume()
        }
    }

    /// Waits until the given number of requests has reached the gate.
    public func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrivals < count { state.watching.append((count, continuation)) }
                return state.arrivals >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Opens the gate permanently.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }
}
