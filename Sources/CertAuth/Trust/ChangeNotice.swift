// SPDX-License-Identifier: Apache-2.0
// Tells those who rest on something that it has changed.

internal import Synchronization

/// Tells subscribers of changes; each hears of them until its subscription goes.
package final class ChangeNotice<Change: Sendable>: Sendable {
    /// Ends with the object.
    package final class Subscription: Sendable {
        private let end: @Sendable () -> Void

        fileprivate init(end: @escaping @Sendable () -> Void) { self.end = end }

        deinit { end() }
    }

    private struct State {
        var subscribers: [UInt64: @Sendable (Change) -> Void] = [:]
        var nextNumber: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nobody has subscribed.
    package init() {}

    /// Calls `hear` for every change, on the thread that made it; it must neither wait nor keep the thread.
    package func subscribe(_ hear: @escaping @Sendable (Change) -> Void) -> Subscription {
        let number = state.withLock { state in
            state.nextNumber += 1
            state.subscribers[state.nextNumber] = hear
            return state.nextNumber
        }
        return Subscription { [weak self] in
            self?.state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
        }
    }

    /// Tells everyone, without holding a lock.
    package func post(_ change: Change) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for hear in subscribers { hear(change) }
    }

    /// How many listen.
    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }
}
