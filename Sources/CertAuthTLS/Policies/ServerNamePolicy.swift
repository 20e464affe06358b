// SPDX-License-Identifier: Apache-2.0
// What is different for the clients of one server name.

public import CertAuth

/// What is different for the clients of one server name; what is nil is as in the configuration it stands in.
public struct ServerNamePolicy: Sendable {
    /// `a.example`, or `*.example` for every name below `example` at any depth. An exact name comes before wildcards,
    /// a longer wildcard before a shorter one.
    public let name: String
    /// Whether clients are asked for a certificate.
    public var mode: ClientCertificateMode?
    /// What judges the certificates: trust and options.
    public var authenticator: CertificateAuthenticator?
    /// The certificate and key the server proves itself with.
    public var identity: ServerIdentity?
    /// Which authorities are named to clients.
    public var authorityHints: ClientAuthorityHints?
    /// ALPN names in order of preference.
    public var applicationProtocols: [String]?
    /// The oldest TLS version that is accepted.
    public var minimumVersion: TLSProtocolVersion?

    /// A policy for `name` that differs in nothing yet but what is given.
    public init(_ name: String, mode: ClientCertificateMode? = nil, authenticator: CertificateAuthenticator? = nil) {
        self.name = name
        self.mode = mode
        self.authenticator = authenticator
    }
}

/// What becomes of clients that ask for no server name, or for one that has no policy of its own, where others have.
public enum UnnamedClients: String, Sendable, CaseIterable {
    /// They are refused with the alert unrecognized_name.
    case refused
    /// They are served as the configuration itself says, which must be looser than no named policy in any field.
    case servedByDefault
    /// They are served as the configuration itself says, even where a named policy is stricter.
    case insecurelyServedByLooserDefault
}
