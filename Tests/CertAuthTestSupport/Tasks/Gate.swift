// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A gate that blocks tasks until a test opens it, and then stays open.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var watching: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// Records an arrival; returns its number and the watchers that waited for it.
        mutating func arrive() -> (number: Int, ready: [CheckedContinuation<Void, Never>]) {
            arrivals += 1
            let count = arrivals
            let ready = watching.filter { $0.count <= count }
            watching.removeAll { $0.count <= count }
            return (count, ready.map(\.continuation))
        }
    }

    private let state = Mutex(State())

    /// Creates a closed gate.
    public init() {}

    /// The number of callers that have reached the gate.
    public var arrivalCount: Int { state.withLock { $0.arrivals } }

    /// Waits until the gate is open, even if the task is cancelled.
    public func pass() async { await wait(as: arrive()) }

    /// Waits until the gate is open or the task is cancelled.
    public func passUnlessCancelled() async {
        let number = arrive()
        await withTaskCancellationHandler {
            await wait(as: number)
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(number)
                return state.waiting.removeValue(forKey: number)
            }
            continuation?.resume()
        }
    }

    /// Waits until the given number of callers has reached the gate.
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

    private func arrive() -> Int {
        let (number, ready) = state.withLock { $0.arrive() }
        for watcher in ready { watcher.resume() }
        return number
    }

    private func wait(as number: Int) async {
        await withCheckedContinuation { continuation in
            let mayPass = state.withLock { state in
                if state.isOpen || state.cancelled.contains(number) { return true }
                state.waiting[number] = continuation
                return false
            }
            if mayPass { continuation.resume() }
        }
    }
}
