// SPDX-License-Identifier: Apache-2.0

/// The load balancers that must begin each connection with a header of the PROXY protocol, version 1 or 2.
///
/// A connection from a named load balancer without such a header is refused, and so is every connection from another
/// peer. Nothing is guessed, and no header of another peer is read. The address in the header becomes the client's
/// address in facts, logs and hooks. It identifies nothing else: a proxy that forwards certificates in headers is never
/// recognized by an address on such connections.
public struct ProxyProtocolPolicy: Sendable, Hashable {
    /// The networks of the load balancers.
    package let networks: [NetworkRange]
    /// The users at the other end of a Unix socket.
    package let unixSocketUsers: Set<UInt32>
    /// From the start of the connection to the end of the header; 5 s. Never more than the time limit of the handshake,
    /// which includes it.
    public var headerTimeout = Duration.seconds(5)

    /// Names the load balancers. At least one is needed.
    ///
    /// - Parameters:
    ///   - networks: the addresses from which they connect.
    ///   - unixSocketUsers: the users, as the kernel reports them, that may connect to a Unix socket. Linux only.
    /// - Throws: `ForwardingConfigurationError.noLoadBalancers` if both are empty.
    public init(
        from networks: [NetworkRange],
        unixSocketUsers: Set<UInt32> = []
    ) throws(ForwardingConfigurationError) {
        guard !networks.isEmpty || !unixSocketUsers.isEmpty else { throw .noLoadBalancers }
        self.networks = networks
        self.unixSocketUsers = unixSocketUsers
    }

    /// Whether the peer of a socket is one of the load balancers.
    package func names(_ peer: ConnectionPeer) -> Bool {
        switch peer {
        case .address(let address): networks.contains { $0.contains(address) }
        case .unixSocket(let user?): unixSocketUsers.contains(user)
        case .unixSocket(nil), .unknown: false
        }
    }

    /// A finding for each network that contains far more than load balancers.
    package var configurationFindings: [ConfigurationFinding] {
        networks.filter(\.isWide).map { network in
            let text =
                "every peer in \(network) may state its clients' addresses by the PROXY protocol: name only the networks of "
                + "load balancers"
            return ConfigurationFinding("proxy-protocol-wide-network", .warning, text)
        }
    }
}

extension NetworkRange {
    /// Whether the range is larger than any private network: `10.0.0.0/8` and `fc00::/7` are not.
    fileprivate var isWide: Bool { prefixLength < (address.bytes.count == 4 ? 8 : 7) }
}
