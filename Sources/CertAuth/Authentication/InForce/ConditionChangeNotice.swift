// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Notifies open connections of the changes that may concern them, each until its subscription is released.
///
/// The work of a change about one certificate depends on the connections with that certificate, not on all of them.
final class ConditionChangeNotice: Sendable {
    typealias Listener = @Sendable (ConditionChange) -> Void

    /// A registration that ends when this object is released.
    final class Subscription: Sendable {
        private let notice: ConditionChangeNotice
        private let number: UInt64

        fileprivate init(_ notice: ConditionChangeNotice, _ number: UInt64) {
            self.notice = notice
            self.number = number
        }

        deinit { notice.end(number) }

        /// From now on, reports invalidations of a certificate only if it is one of these.
        func limitInvalidations(to path: [Certificate]) {
            notice.limit(number, to: Set(path.map { Key.signedPart($0.signedPart.hashValue) }))
        }
    }

    /// A hash of what a change concerns. Equal hashes of different values only cause a needless notification.
    private enum Key: Hashable, Sendable {
        case digest(Int)
        case signedPart(Int)
    }

    private struct Subscriber: Sendable {
        let listener: Listener
        let digests: Set<Key>
        /// Nil if every invalidation concerns it.
        var path: Set<Key>?
    }

    private struct State: Sendable {
        var subscribers: [UInt64: Subscriber] = [:]
        var byKey: [Key: Set<UInt64>] = [:]
        /// The subscribers without a path.
        var unlimited: Set<UInt64> = []
        var nextNumber: UInt64 = 0

        mutating func index(_ number: UInt64, by keys: Set<Key>) {
            for key in keys { byKey[key, default: []].insert(number) }
        }

        mutating func remove(_ number: UInt64, from keys: Set<Key>) {
            for key in keys {
                byKey[key]?.remove(number)
                if byKey[key]?.isEmpty ?? false { byKey[key] = nil }
            }
        }
    }

    private let state = Mutex(State())

    /// Calls `listener` for every change that may concern a client, on the thread that made the change. It must not
    /// block.
    ///
    /// - Parameter digests: the SHA-256 digests of the certificates that the client presented.
    func subscribe(presented digests: [[UInt8]], _ listener: @escaping Listener) -> Subscription {
        let keys = Set(digests.map { Key.digest($0.hashValue) })
        let number = state.withLock { state in
            state.nextNumber += 1
            state.subscribers[state.nextNumber] = Subscriber(listener: listener, digests: keys, path: nil)
            state.index(state.nextNumber, by: keys)
            state.unlimited.insert(state.nextNumber)
            return state.nextNumber
        }
        return Subscription(self, number)
    }

    /// Calls the subscribers that `change` may concern, without holding a lock.
    func post(_ change: ConditionChange) {
        let listeners = state.withLock { state -> [Listener] in
            switch change {
            case .evidence(let digest?):
                return (state.byKey[.digest(digest.hashValue)] ?? []).compactMap { state.subscribers[$0]?.listener }
            case .invalidated(.certificate(let certificate)):
                let numbers = state.byKey[.signedPart(certificate.signedPart.hashValue)] ?? []
                return numbers.union(state.unlimited).compactMap { state.subscribers[$0]?.listener }
            case .evidence(nil), .invalidated, .trust:
                return state.subscribers.values.map(\.listener)
            }
        }
        VisitCounter.add(listeners.count)
        for listener in listeners { listener(change) }
    }

    private func limit(_ number: UInt64, to path: Set<Key>) {
        state.withLock { state in
            guard let former = state.subscribers[number] else { return }
            state.remove(number, from: former.path ?? [])
            state.unlimited.remove(number)
            state.subscribers[number]?.path = path
            state.index(number, by: path)
        }
    }

    private func end(_ number: UInt64) {
        // Released outside of the lock, because a listener may refer to anything.
        let ended = state.withLock { state -> Subscriber? in
            guard let ended = state.subscribers.removeValue(forKey: number) else { return nil }
            state.remove(number, from: ended.digests.union(ended.path ?? []))
            state.unlimited.remove(number)
            return ended
        }
        withExtendedLifetime(ended) {}
    }
}
