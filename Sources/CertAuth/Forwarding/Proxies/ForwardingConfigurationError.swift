// SPDX-License-Identifier: Apache-2.0

/// A configuration of forwarding that CertAuth refuses to start with. It is thrown at start-up.
public enum ForwardingConfigurationError: Error, Sendable, Equatable {
    /// No trusted proxy is configured.
    case noTrustedProxies
    /// The same peer could be a proxy of two dialects. Both are described with their dialects.
    case overlappingProxies(String, String)
    /// Combined values of forwarding have different `untrustedPeers`.
    case untrustedPeersDiffer
    /// `scheme` or `limits` of a combined value was changed.
    case changedAfterCombining
    /// The PROXY protocol is required, but no load balancer is named.
    case noLoadBalancers
    /// The text is not a range of addresses.
    case invalidNetwork(String)
    /// The range has bits set after its prefix. `network` is the range that is probably meant.
    case networkWithHostBits(String, network: String)
    /// The range contains all addresses.
    case networkOfEveryone(String)
    /// A unix socket is configured without a permitted user.
    case noSocketUsers
    /// A proxy identity has trust, but no key or name that identifies the proxy.
    case proxyIdentityWithoutMatch
    /// A pin is a SHA-1 digest. Collisions of SHA-1 are feasible.
    case weakProxyPin(String)
    /// A name is of a kind that does not identify a proxy.
    case unusableProxyName(String)
    /// The policy for the proxy's certificate is invalid.
    case proxyPolicy(ConfigurationError)
    /// The text is not a valid header name.
    case invalidHeaderName(String)
    /// One header is used for two parts of a dialect, or for a part of it and the scheme.
    case headerUsedTwice(String)
    /// A limit is less than one.
    case invalidLimit(name: String)
}

extension ForwardingConfigurationError: CustomStringConvertible {
    /// One line: what is wrong, and how to fix it.
    public var description: String {
        switch self {
        case .noTrustedProxies:
            "forwarding has no trusted proxy: give its network, the users of its unix socket, or its certificate"
        case .overlappingProxies(let one, let other):
            "the same peer could be the proxy \(one) and the proxy \(other), so its dialect is not known: give each dialect "
                + "addresses of its own, for certificates too"
        case .untrustedPeersDiffer:
            "untrustedPeers is not the same in all combined values: other peers belong to none of them"
        case .changedAfterCombining:
            "scheme or limits of combined forwarding was changed: change the values that are combined"
        case .noLoadBalancers:
            "the PROXY protocol is required of no load balancer: give their networks, or the users of their unix socket"
        case .invalidNetwork(let text):
            "\(DisplayText.escaped(text)) is not a range of addresses, expected for instance 10.0.0.0/8 or ::1/128"
        case .networkWithHostBits(let text, let network):
            "\(DisplayText.escaped(text)) has bits set after its prefix: write \(network), or a longer prefix"
        case .networkOfEveryone(let text): "\(DisplayText.escaped(text)) would let everyone forward certificates"
        case .noSocketUsers: "a unix socket has no users: give the user ids that may forward"
        case .proxyIdentityWithoutMatch:
            "a proxy's certificate has no public key or exact name that identifies it: give at least one"
        case .weakProxyPin(let pin): "pin \(pin) is a SHA-1 digest: pin by SHA-256, SHA-384 or SHA-512"
        case .unusableProxyName(let name):
            "\(name) cannot identify a proxy: give an exact DNS, URI, email or IP name"
        case .proxyPolicy(let error): "the proxy's certificate: \(error)"
        case .invalidHeaderName(let name): "\(DisplayText.escaped(name)) is not a header name"
        case .headerUsedTwice(let name): "header \(DisplayText.escaped(name)) is used for two purposes"
        case .invalidLimit(let name): "forwarding limits.\(name) is out of range, expected at least 1"
        }
    }
}
