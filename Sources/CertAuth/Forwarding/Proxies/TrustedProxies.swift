// SPDX-License-Identifier: Apache-2.0

/// A criterion for a trusted proxy.
public enum TrustedProxy: Sendable {
    /// The address of the socket's peer.
    case network(NetworkRange)
    /// The permitted users of a unix socket, as the kernel reports them.
    case unixSocket(users: Set<UInt32>)
    /// The proxy's own certificate on an mTLS connection and, unless the list is empty, also its address.
    case certificate(ProxyIdentity, from: [NetworkRange] = [])
}

/// The proxies that may forward certificates. One matching entry is enough.
public struct TrustedProxies: Sendable {
    /// The entries, at least one.
    package let proxies: [TrustedProxy]

    /// Creates a list of trusted proxies.
    ///
    /// - Throws: `ForwardingConfigurationError.noTrustedProxies` for an empty list, because there is no default.
    public init(_ proxies: [TrustedProxy]) throws(ForwardingConfigurationError) {
        guard !proxies.isEmpty else { throw .noTrustedProxies }
        for case .unixSocket(let users) in proxies where users.isEmpty { throw .noSocketUsers }
        self.proxies = proxies
    }

    /// The proxy identities in the entries.
    package var identities: [ProxyIdentity] {
        proxies.compactMap { if case .certificate(let identity, _) = $0 { identity } else { nil } }
    }

    /// Whether an entry depends on the address or the user of the socket's peer.
    package var areKnownByAddress: Bool {
        proxies.contains { if case .certificate(_, let ranges) = $0 { !ranges.isEmpty } else { true } }
    }

    /// Whether the connection comes from one of these proxies.
    package func covers(_ peer: ConnectionPeer, presenting chain: PresentedChain?, memory: ProxyIdentityCache?) -> Bool
    {
        match(of: peer, presenting: chain, memory: memory) != .notTrusted
    }

    /// Why a connection counts as a proxy's.
    enum Match: Equatable {
        /// It does not.
        case notTrusted
        /// By its address or user. If the peer has a certificate, it is not the proxy's known one.
        case byPlace
        /// By its certificate.
        case byCertificate
    }

    func match(of peer: ConnectionPeer, presenting chain: PresentedChain?, memory: ProxyIdentityCache?) -> Match {
        var match = Match.notTrusted
        for proxy in proxies {
            switch (proxy, peer) {
            case (.network(let range), .address(let address)) where range.contains(address): match = .byPlace
            case (.unixSocket(let users), .unixSocket(let user?)) where users.contains(user): match = .byPlace
            case (.certificate(let identity, let ranges), _):
                guard let chain, Self.isPermitted(peer, ranges), identity.recognises(chain, memory: memory) else {
                    continue
                }
                return .byCertificate
            case (.network, _), (.unixSocket, _): continue
            }
        }
        return match
    }

    private static func isPermitted(_ peer: ConnectionPeer, _ ranges: [NetworkRange]) -> Bool {
        guard !ranges.isEmpty else { return true }
        guard case .address(let address) = peer else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
