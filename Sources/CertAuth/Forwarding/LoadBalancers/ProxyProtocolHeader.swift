// SPDX-License-Identifier: Apache-2.0

/// What a header of the PROXY protocol states about the client of a connection.
package enum ProxyProtocolHeader: Sendable, Equatable {
    /// The connection is the load balancer's own, as for health checks (`LOCAL`), or it does not know the client
    /// (`UNKNOWN`, `AF_UNSPEC`, `AF_UNIX`). The peer of the socket is the only known address.
    case noClient
    /// The source address and port of the client's connection to the load balancer.
    case client(IPAddress, port: UInt16)
}
