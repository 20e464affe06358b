// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthHTTP
import CertAuthOpenSSL

/// Where a server listens, and the permissions of its Unix sockets.
package struct ListenSettings: Sendable {
    /// The addresses; at least one.
    package var addresses = [ListenerAddress.hostPort(host: "127.0.0.1", port: 8443)]
    /// Whether the addresses were given. If not, sockets of a service manager take their place.
    package var areGiven = false
    /// The permissions of Unix sockets; nil for those of the process.
    package var mode: UInt32?
    /// The owner of Unix sockets; nil for that of the process.
    package var user: UInt32?
    package var group: UInt32?

    package init() {}

    /// The paths of the Unix sockets.
    var socketPaths: [String] {
        addresses.compactMap { if case .unixSocket(let path) = $0 { path } else { nil } }
    }

    private var setsPermissions: Bool { mode != nil || user != nil || group != nil }

    /// The addresses that the listener itself binds.
    func unboundAddresses(besides passed: [BoundSocket]) -> [ListenerAddress] {
        guard areGiven || passed.isEmpty else { return [] }
        guard setsPermissions else { return addresses }
        return addresses.filter { if case .unixSocket = $0 { false } else { true } }
    }

    /// Binds the Unix sockets that have their own permissions.
    func bindSockets() throws(CommandFailure) -> [BoundSocket] {
        guard setsPermissions else { return [] }
        var sockets: [BoundSocket] = []
        for path in socketPaths {
            do throws(ListeningSocket.BindFailure) {
                let descriptor = try ListeningSocket.bind(unixSocket: path, mode: mode, user: user, group: group)
                sockets.append(BoundSocket(descriptor: descriptor, ownFile: path))
            } catch {
                Self.close(sockets)
                throw Self.failure(error, at: path)
            }
        }
        return sockets
    }

    /// Closes sockets that no listener has taken over.
    static func close(_ sockets: [BoundSocket]) {
        for socket in sockets {
            ListeningSocket.close(socket.descriptor)
            if let file = socket.ownFile { WholeFile.remove(file) }
        }
    }

    private static func failure(_ failure: ListeningSocket.BindFailure, at path: String) -> CommandFailure {
        let place = "--listen \(UsageError.shown("unix:\(path)"))"
        return switch failure {
        case .occupied: .usage("\(place): there is a file that is not a socket", hint: "choose another path")
        case .tooLong: .usage("\(place): the path is empty or too long", hint: "choose another path")
        case .system("chmod", let error):
            .usage("\(place): the permissions cannot be set: \(error.text)", hint: "see --listen-mode")
        case .system("chown", let error):
            .usage(
                "\(place): the owner cannot be set: \(error.text)",
                hint: "only root may give files to another user, others only to their own groups"
            )
        case .system(_, let error): .usage("\(place): \(error.text)", hint: "choose another path")
        }
    }
}
