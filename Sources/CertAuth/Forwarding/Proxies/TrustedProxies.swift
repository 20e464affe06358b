// SPDX-License-Identifier: Apache-2.0
// Who may forward certificates: nobody, unless named.

/// One way to be a trusted proxy.
public enum TrustedProxy: Sendable {
    /// By the address of the socket's peer.
    case network(NetworkRange)
    /// By the users that may use a unix socket, as the kernel names them.
    case unixSocket(users: Set<UInt32>)
    /// By the proxy's own certificate on an mTLS hop, and, unless the list is empty, by its address too.
    case certificate(ProxyIdentity, from: [NetworkRange] = [])
}

/// The proxies that may forward certificates; each entry alone suffices.
public struct TrustedProxies: Sendable {
    /// The entries; at least one.
    package let proxies: [TrustedProxy]

    /// Takes entries.
    ///
    /// - Throws: `ForwardingConfigurationError.noTrustedProxies` for an empty list: there is no default.
    public init(_ proxies: [TrustedProxy]) throws(ForwardingConfigurationError) {
        guard !proxies.isEmpty else { throw .noTrustedProxies }
        for case .unixSocket(let users) in proxies where users.isEmpty { throw .noSocketUsers }
        self.proxies = proxies
    }

    /// The identities among the entries.
    package var identities: [ProxyIdentity] {
        proxies.compactMap { if case .certificate(let identity, _) = $0 { identity } else { nil } }
    }

    /// Whether a connection counts as one of these proxies'.
    package func covers(_ peer: ConnectionPeer, presenting chain: PresentedChain?, memory: ProxyMemory?) -> Bool {
        standing(of: peer, presenting: chain, memory: memory) != .stranger
    }

    /// Why a connection counts as a proxy's.
    enum Standing: Equatable {
        /// It does not.
        case stranger
        /// By its address or its user; a certificate of its own, if any, is not the proxy's known one.
        case byPlace
        /// By its certificate.
        case byCertificate
    }

    func standing(of peer: ConnectionPeer, presenting chain: PresentedChain?, memory: ProxyMemory?) -> Standing {
        var standing = Standing.stranger
        for proxy in proxies {
            switch (proxy, peer) {
            case (.network(let range), .address(let address)) where range.contains(address): standing = .byPlace
            case (.unixSocket(let users), .unixSocket(let user?)) where users.contains(user): standing = .byPlace
            case (.certificate(let identity, let ranges), _):
                guard let chain, Self.isPermitted(peer, ranges), identity.recognises(chain, memory: memory) else {
                    continue
                }
                return .byCertificate
            case (.network, _), (.unixSocket, _): continue
            }
        }
        return standing
    }

    private static func isPermitted(_ peer: ConnectionPeer, _ ranges: [NetworkRange]) -> Bool {
        guard !ranges.isEmpty else { return true }
        guard case .address(let address) = peer else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
