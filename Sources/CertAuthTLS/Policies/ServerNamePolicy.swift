// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The settings for the clients of one server name. A nil setting is taken from the surrounding configuration.
public struct ServerNamePolicy: Sendable {
    /// `a.example`, or `*.example` for every name below `example` at any depth. An exact name takes precedence over
    /// wildcards, and a longer wildcard over a shorter one.
    public let name: String
    /// Whether and when clients are asked for a certificate.
    public var mode: ClientCertificateMode?
    /// Validates the certificates, with its own trust and options.
    public var authenticator: CertificateAuthenticator?
    /// The certificate chain and private key of the server.
    public var identity: ServerIdentity?
    /// Further identities, each with a key of another kind. If `identity` is nil, they are added to those of the
    /// surrounding configuration.
    public var additionalIdentities: [ServerIdentity] = []
    /// Which certification authorities are named to clients.
    public var authorityHints: ClientAuthorityHints?
    /// ALPN names in order of preference.
    public var applicationProtocols: [ALPNIdentifier]?
    /// The oldest TLS version that is accepted.
    public var minimumVersion: TLSProtocolVersion?

    /// Creates a policy for `name` that overrides only the given settings.
    public init(_ name: String, mode: ClientCertificateMode? = nil, authenticator: CertificateAuthenticator? = nil) {
        self.name = name
        self.mode = mode
        self.authenticator = authenticator
    }
}

/// How clients are treated that send no server name, or one without a policy, if other names have policies.
public enum UnnamedClients: String, Sendable, CaseIterable {
    /// They are refused with the alert unrecognized_name.
    case refused
    /// They are served by the surrounding configuration, which must not be looser than any named policy in any field.
    case servedByDefault
    /// They are served by the surrounding configuration, even if a named policy is stricter.
    case insecurelyServedByLooserDefault
}
