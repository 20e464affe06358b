// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore

/// Where a listener listens.
public enum ListenerAddress: Hashable, Sendable {
    /// A TCP port; port 0 lets the system choose one.
    ///
    /// `*` and `::` are all addresses of IPv6 and IPv4, `0.0.0.0` all of IPv4. `localhost` is 127.0.0.1 and ::1, or the
    /// one that the system has. Of another name, one address is used.
    case hostPort(host: String, port: Int)
    /// A Unix socket.
    case unixSocket(path: String)
}

extension ListenerAddress: CustomStringConvertible {
    /// `127.0.0.1:8443`, `[::1]:8443` or `unix:/run/app.sock`.
    public var description: String {
        switch self {
        case .hostPort(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): "unix:\(path)"
        }
    }

    /// The port. Nil for a Unix socket.
    public var port: Int? {
        if case .hostPort(_, let port) = self { port } else { nil }
    }

    /// One line that tells the address: `listening on https://127.0.0.1:8443`, `listening on unix:/run/app.sock`. What is
    /// not printable in a path is escaped.
    package func announcement(isPlain: Bool) -> String {
        switch self {
        case .hostPort: "listening on \(isPlain ? "http" : "https")://\(self)"
        case .unixSocket: "listening on \(DisplayText.escaped("\(self)", limit: 1024))"
        }
    }

    /// The address that a socket is actually bound to; `self` if `bound` has no port.
    func resolved(by bound: SocketAddress?) -> ListenerAddress {
        guard case .hostPort(let host, _) = self, let port = bound?.port else { return self }
        return .hostPort(host: bound?.ipAddress ?? host, port: port)
    }

    /// The address of a socket that was bound by another program.
    init(bound: SocketAddress?, descriptor: CInt) {
        if let host = bound?.ipAddress, let port = bound?.port {
            self = .hostPort(host: host, port: port)
        } else {
            let path = bound?.pathname ?? ""
            self = .unixSocket(path: path.isEmpty ? "(file descriptor \(descriptor))" : path)
        }
    }
}
