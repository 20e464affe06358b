// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Notifies subscribers of changes, each until its subscription is released.
package final class ChangeNotice<Change: Sendable>: Sendable {
    /// A registration that ends when this object is released.
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

    /// Creates a notice without subscribers.
    package init() {}

    /// Calls `handler` for every change, on the thread that made the change. The closure must not block.
    package func subscribe(_ handler: @escaping @Sendable (Change) -> Void) -> Subscription {
        let number = state.withLock { state in
            state.nextNumber += 1
            state.subscribers[state.nextNumber] = handler
            return state.nextNumber
        }
        return Subscription { [weak self] in
            self?.state.withLock { _ = $0.subscribers.removeValue(forKey: number) }
        }
    }

    /// Calls every subscriber, without holding a lock.
    package func post(_ change: Change) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for handler in subscribers { handler(change) }
    }

    /// The number of subscribers.
    package var subscriberCount: Int { state.withLock { $0.subscribers.count } }
}
