// SPDX-License-Identifier: Apache-2.0

import CertAuthHTTP

/// What a service manager has given to the process: sockets, and a way to tell it the state.
struct ServiceConnection: Sendable {
    /// The listening sockets.
    let sockets: [BoundSocket]
    let notifier: ServiceNotifier

    /// Without a service manager.
    static let none = ServiceConnection(sockets: [], notifier: .silent)

    /// Takes both over, and removes the variables that describe them from the environment.
    ///
    /// Must be called before the program has other threads.
    static func take() throws(CommandFailure) -> ServiceConnection {
        let notifier = try ServiceNotifier.take()
        return ServiceConnection(sockets: try PassedSockets.take(), notifier: notifier)
    }
}
