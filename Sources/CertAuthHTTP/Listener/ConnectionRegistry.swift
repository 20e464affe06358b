// SPDX-License-Identifier: Apache-2.0
// Knows the open connections of a listener, so that a shutdown can end them.

package import NIOCore
import Synchronization

/// The open connections of one listener.
package final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Takes a connection up until it closes. Returns false once the registry is closed.
    @discardableResult
    package func add(_ channel: any Channel) -> Bool {
        let identifier = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            guard !state.isClosed else { return false }
            state.channels[identifier] = channel
            return true
        }
        guard isTaken else { return false }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { _ = $0.channels.removeValue(forKey: identifier) }
        }
        return true
    }

    /// Takes no more connections up. Returns those that are open.
    func close() -> [any Channel] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
    }

    /// Those that are open now.
    package var channels: [any Channel] { state.withLock { Array($0.channels.values) } }

    /// How many connections are open.
    var count: Int { state.withLock { $0.channels.count } }
}
