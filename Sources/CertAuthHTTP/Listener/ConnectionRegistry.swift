// SPDX-License-Identifier: Apache-2.0

package import CertAuthTLS
package import NIOCore
import Synchronization

/// The open connections of one listener.
package final class ConnectionRegistry: Sendable {
    /// The stages of a shutdown.
    enum Stage: Comparable {
        case open
        /// New connections may send one request.
        case quiescing
        /// New connections are rejected.
        case closed
    }

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var stage = Stage.open
        var whenEmpty: [EventLoopPromise<Void>] = []

        mutating func takePromises() -> [EventLoopPromise<Void>] {
            guard channels.isEmpty else { return [] }
            defer { whenEmpty = [] }
            return whenEmpty
        }
    }

    private let state = Mutex(State())
    /// The connections that have not been told of a reload yet. Closed ones are removed.
    package let reloads = SlicedWork()

    package init() {}

    /// Registers a connection until it closes. Returns false once the registry is closed.
    @discardableResult
    package func add(_ channel: any Channel) -> Bool {
        let identifier = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            guard state.stage < .closed else { return false }
            state.channels[identifier] = channel
            return true
        }
        guard isTaken else { return false }
        let slices = reloads.slices(of: channel.eventLoop)
        channel.closeFuture.whenComplete { [weak self] _ in
            slices.remove(identifier)
            self?.remove(identifier)
        }
        return true
    }

    private func remove(_ identifier: ObjectIdentifier) {
        let promises = state.withLock { state in
            state.channels.removeValue(forKey: identifier)
            return state.takePromises()
        }
        for promise in promises { promise.succeed() }
    }

    var stage: Stage { state.withLock { $0.stage } }

    /// Moves on to a later stage. Returns the open connections.
    func advance(to stage: Stage) -> [any Channel] {
        state.withLock { state in
            state.stage = max(state.stage, stage)
            return Array(state.channels.values)
        }
    }

    /// Succeeds `promise` once no connection is open.
    func notifyWhenEmpty(_ promise: EventLoopPromise<Void>) {
        let promises = state.withLock { state in
            state.whenEmpty.append(promise)
            return state.takePromises()
        }
        for promise in promises { promise.succeed() }
    }

    /// The connections that are open now.
    package var channels: [any Channel] { state.withLock { Array($0.channels.values) } }

    /// The number of open connections.
    var count: Int { state.withLock { $0.channels.count } }
}
