// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import Synchronization

/// Work of many connections of one event loop, done in slices with pauses, so that the loop serves its other
/// connections in between.
///
/// Urgent work is done first, other work in the order in which it was added. The pause begins after the slice, so slow
/// work never fills the loop.
package final class LoopSlices: Sendable {
    /// The largest number of connections in one turn of the loop.
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
        mutating func takeWork() -> Item? {
            while doneCount < LoopSlices.size, let owner = order.popFirst() {
                guard let item = waiting.removeValue(forKey: owner) else { continue }
                doneCount += 1
                return item
            }
            return nil
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
    private let longestTurn: TimeAmount
    private let state: Mutex<State>

    /// - Parameters:
    ///   - pause: the shortest time between two slices.
    ///   - longestTurn: the time after which a slice begins no more work.
    package init(on loop: any EventLoop, pause: TimeAmount, longestTurn: TimeAmount = .milliseconds(2)) {
        self.loop = loop
        self.longestTurn = longestTurn
        leastPause = pause
        state = Mutex(State(pause: pause))
    }

    /// Adds work, except of owners whose work is waiting.
    ///
    /// - Parameters:
    ///   - time: the time over which all waiting work is spread. Zero for as fast as slices permit.
    ///   - isUrgent: whether the work is done before all work that is waiting, also if it is waiting already.
    package func add(_ items: [Item], over time: TimeAmount = .zero, isUrgent: Bool = false) {
        let isNext = state.withLock { state in
            for item in items {
                let owner = ObjectIdentifier(item.owner)
                if isUrgent {
                    state.order.prepend(owner)
                } else {
                    guard state.waiting[owner] == nil else { continue }
                    state.order.append(owner)
                }
                state.waiting[owner] = item
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
        state.withLock { $0.isTurnScheduled = false }
        let end = loop.now + longestTurn
        while let item = state.withLock({ $0.takeWork() }) {
            item.work()
            guard loop.now < end else {
                state.withLock { $0.doneCount = Self.size }
                break
            }
        }
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
