// SPDX-License-Identifier: Apache-2.0
// Forwarding that cannot mean what it says: thrown at start-up.

/// A configuration of forwarding that CertAuth refuses to start with.
public enum ForwardingConfigurationError: Error, Sendable, Equatable {
    /// Nobody is named who may forward.
    case noTrustedProxies
    /// Not a range of addresses.
    case invalidNetwork(String)
    /// A range with bits set behind its prefix; the range that is probably meant.
    case networkWithHostBits(String, network: String)
    /// A range of every address.
    case networkOfEveryone(String)
    /// A unix socket without a user who may use it.
    case noSocketUsers
    /// A proxy that would be recognised by nothing but its trust.
    case proxyIdentityWithoutMatch
    /// A pin by SHA-1, for which collisions can be made.
    case weakProxyPin(String)
    /// A name of a kind that tells no proxy from another.
    case unusableProxyName(String)
    /// The policy for the proxy's certificate.
    case proxyPolicy(ConfigurationError)
    /// A name that is no header's.
    case invalidHeaderName(String)
    /// Two parts of a dialect, or the dialect and the scheme, in one header.
    case headerUsedTwice(String)
    /// A limit below one.
    case invalidLimit(name: String)
}

extension ForwardingConfigurationError: CustomStringConvertible {
    /// One line: what is wrong, and what mends it.
    public var description: String {
        switch self {
        case .noTrustedProxies:
            "forwarding without a trusted proxy: name its network, its unix socket's users or its certificate"
        case .invalidNetwork(let text):
            "\(DisplayText.escaped(text)) is no range of addresses, expected for instance 10.0.0.0/8 or ::1/128"
        case .networkWithHostBits(let text, let network):
            "\(DisplayText.escaped(text)) has bits set behind its prefix: write \(network), or a longer prefix"
        case .networkOfEveryone(let text): "\(DisplayText.escaped(text)) would let everyone forward certificates"
        case .noSocketUsers: "a unix socket without users: name the user ids that may forward"
        case .proxyIdentityWithoutMatch: "a proxy's certificate needs a public key or an exact name to be known by"
        case .weakProxyPin(let pin): "pin \(pin) is a SHA-1 digest: pin by SHA-256, SHA-384 or SHA-512"
        case .unusableProxyName(let name):
            "\(name) is no name to know a proxy by: give an exact DNS, URI, email or IP name"
        case .proxyPolicy(let error): "the proxy's certificate: \(error)"
        case .invalidHeaderName(let name): "\(DisplayText.escaped(name)) is no name of a header"
        case .headerUsedTwice(let name): "header \(DisplayText.escaped(name)) is used for two things"
        case .invalidLimit(let name): "forwarding limits.\(name) is out of range, expected at least 1"
        }
    }
}
