// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import Synchronization

/// Work of many connections of one event loop, done in slices with pauses, so that the loop serves its other
/// connections in between.
///
/// Work is done in the order in which it was added. The pause begins after the slice, so slow work never fills the loop.
package final class LoopSlices: Sendable {
    /// The largest number of connections in one turn of the loop. Closing one takes about 0.15 ms, so a slice takes
    /// about 1 ms.
    package static let size = 8

    /// The work of one connection.
    package struct Item: Sendable {
        /// Kept, so that its identity is not used again while the work waits.
        let owner: any AnyObject & Sendable
        let work: @Sendable () -> Void

        package init(of owner: any AnyObject & Sendable, _ work: @escaping @Sendable () -> Void) {
            self.owner = owner
            self.work = work
        }
    }

    private struct State: Sendable {
        var waiting: [ObjectIdentifier: Item] = [:]
        /// Also contains owners whose work was removed.
        var order = CircularBuffer<ObjectIdentifier>()
        var pause: TimeAmount
        /// How much of the slice was done since the last pause.
        var doneCount = 0
        /// Whether a turn of the loop will begin before the pause.
        var isTurnScheduled = false
        var isPauseScheduled = false

        /// The next work of the slice.
        mutating func takeWork() -> [Item] {
            var work: [Item] = []
            while doneCount < LoopSlices.size, let owner = order.popFirst() {
                guard let item = waiting.removeValue(forKey: owner) else { continue }
                work.append(item)
                doneCount += 1
            }
            return work
        }

        /// Whether a turn must be scheduled now.
        mutating func beginsTurn() -> Bool {
            guard !isTurnScheduled, !order.isEmpty, doneCount < LoopSlices.size else { return false }
            isTurnScheduled = true
            return true
        }
    }

    private let loop: any EventLoop
    private let leastPause: TimeAmount
    private let state: Mutex<State>

    /// - Parameter pause: the shortest time between two slices.
    package init(on loop: any EventLoop, pause: TimeAmount) {
        self.loop = loop
        leastPause = pause
        state = Mutex(State(pause: pause))
    }

    /// Adds work, except of owners whose work is waiting.
    ///
    /// - Parameter time: the time over which all waiting work is spread. Zero for as fast as slices permit.
    package func add(_ items: [Item], over time: TimeAmount = .zero) {
        let isNext = state.withLock { state in
            for item in items {
                let owner = ObjectIdentifier(item.owner)
                guard state.waiting[owner] == nil else { continue }
                state.waiting[owner] = item
                state.order.append(owner)
            }
            let slices = max(1, Int64((state.order.count + Self.size - 1) / Self.size))
            state.pause = max(leastPause, .nanoseconds(time.nanoseconds / slices))
            return state.beginsTurn()
        }
        if isNext { loop.execute { self.turn() } }
    }

    /// Removes the work of this owner, if it is waiting.
    package func remove(_ owner: ObjectIdentifier) {
        // Released outside of the lock, because work may refer to anything.
        let removed = state.withLock { $0.waiting.removeValue(forKey: owner) }
        withExtendedLifetime(removed) {}
    }

    /// Removes all work.
    package func removeAll() {
        let removed = state.withLock { state in
            defer {
                state.waiting = [:]
                state.order.removeAll()
            }
            return state.waiting
        }
        withExtendedLifetime(removed) {}
    }

    private func turn() {
        let work = state.withLock { state in
            state.isTurnScheduled = false
            return state.takeWork()
        }
        for item in work { item.work() }
        let pause = state.withLock { state -> TimeAmount? in
            guard state.doneCount > 0, !state.isPauseScheduled else { return nil }
            state.isPauseScheduled = true
            // A longer time concerns only the work for which it was chosen.
            return state.order.isEmpty ? leastPause : state.pause
        }
        guard let pause else { return }
        loop.scheduleTask(in: pause) { self.pauseDidEnd() }
    }

    private func pauseDidEnd() {
        let isNext = state.withLock { state in
            state.isPauseScheduled = false
            state.doneCount = 0
            return state.beginsTurn()
        }
        if isNext { turn() }
    }
}
