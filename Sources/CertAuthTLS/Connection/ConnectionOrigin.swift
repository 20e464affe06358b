// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore

/// Where a connection comes from, for facts and logs.
struct ConnectionOrigin: Equatable {
    /// The client's address with its port. Nil for Unix sockets.
    let address: String?
    /// The load balancer that stated the address. Nil if it is that of the socket's peer.
    let loadBalancer: String?

    /// - Parameters:
    ///   - socket: the address of the socket's peer.
    ///   - header: the header of the PROXY protocol. Nil if there was none.
    init(socket: SocketAddress?, header: ProxyProtocolHeader?) {
        switch header {
        case .client(let client, let port)?:
            address = client.description.contains(":") ? "[\(client)]:\(port)" : "\(client):\(port)"
            loadBalancer = socket?.peerText ?? "unix"
        case .noClient?, nil:
            address = socket?.peerText
            loadBalancer = nil
        }
    }
}
