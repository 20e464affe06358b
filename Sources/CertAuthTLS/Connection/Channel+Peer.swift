// SPDX-License-Identifier: Apache-2.0
// The peer of a channel, as the operating system reports it.

package import CertAuth
package import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Channel {
    /// The peer by which proxies are known on the channel of `connection`. Must be called on the event loop.
    ///
    /// Unknown behind a load balancer that uses the PROXY protocol: its address is that of all of its clients, and
    /// nothing proves the address that it states.
    package func connectionPeer(of connection: ClientCertificateConnection?) -> EventLoopFuture<ConnectionPeer> {
        connection?.hasProxyHeader == true ? eventLoop.makeSucceededFuture(.unknown) : socketPeer()
    }

    /// The socket's peer. Must be called on the event loop.
    ///
    /// The user of a Unix socket is known only on Linux. On other systems no proxy is trusted by its user.
    func socketPeer() -> EventLoopFuture<ConnectionPeer> {
        guard let remoteAddress else { return eventLoop.makeSucceededFuture(.unknown) }
        switch remoteAddress {
        case .v4, .v6:
            let address = remoteAddress.ipAddress.flatMap { IPAddress($0) }
            return eventLoop.makeSucceededFuture(address.map { .address($0) } ?? .unknown)
        case .unixDomainSocket:
            #if os(Linux)
            guard let provider = self as? any SocketOptionProvider else {
                return eventLoop.makeSucceededFuture(.unixSocket(user: nil))
            }
            let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
                level: SocketOptionLevel(SOL_SOCKET),
                name: SocketOptionName(SO_PEERCRED)
            )
            return credentials.map { .unixSocket(user: $0.user) }.recover { _ in .unixSocket(user: nil) }
            #else
            return eventLoop.makeSucceededFuture(.unixSocket(user: nil))
            #endif
        }
    }
}

/// `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
}
