// SPDX-License-Identifier: Apache-2.0

/// Why a TLS configuration is contradictory or unusable. Thrown at start-up, never while serving.
public enum TLSConfigurationError: Error, Equatable, Sendable {
    /// The mode asks for certificates, but there is no authenticator to validate them.
    case authenticatorMissing(mode: ClientCertificateMode)
    /// Validation at the request was chosen, but no layer above has a request gate.
    case requestGateMissing
    /// Mode `delayed` with a protocol that cannot ask for a certificate after the handshake: only `http/1.1` is
    /// allowed.
    case delayedNeedsHTTP1(found: [String])
    /// A limit or timeout is not positive.
    case notPositive(setting: String, found: Int)
    /// An ALPN name cannot be sent, because it does not have 1 to 255 bytes.
    case applicationProtocolUnusable(name: String)
    /// The secret that encrypts session tickets has fewer than 32 bytes.
    case ticketSecretTooShort(found: Int)
    /// Shared tickets with hooks need `policyIdentifier`, because a policy's fingerprint does not cover hooks.
    case policyIdentifierMissing
    /// A session cache with validation at the request would never store a session.
    case sessionCacheNeedsHandshake
    /// The names of acceptable authorities do not fit in a CertificateRequest message.
    case authorityNamesTooLong(policy: String, count: Int, bytes: Int, limit: Int)
    /// A policy's name is neither a host name nor `*.` followed by one.
    case serverNameUnusable(String)
    /// Two policies have the same name.
    case serverNameTwice(String)
    /// The default policy may admit clients that a named policy would refuse.
    case defaultIsLooser(field: String, than: String)
    /// The server's certificate or key cannot be used.
    case identityUnusable(source: String, reason: String)
    /// Two identities of one policy have keys of the same kind, or are the same certificate: clients' signature
    /// algorithms cannot choose between them.
    case identitiesAlike(policy: String, first: String, second: String)
    /// OpenSSL refused a setting.
    case refusedByOpenSSL(reason: String)
}

extension TLSConfigurationError: CustomStringConvertible {
    /// What is wrong, what was found and what was expected.
    public var description: String {
        switch self {
        case .authenticatorMissing(let mode):
            "client certificate mode '\(mode.rawValue)' without an authenticator: "
                + "give a CertificateAuthenticator, or choose mode 'none'"
        case .requestGateMissing:
            "validation at the request without a request gate: certificates would never be validated; "
                + "use validation in the handshake, or serve with HTTPSListener"
        case .delayedNeedsHTTP1(let found):
            "client certificate mode 'delayed' with ALPN \(found.joined(separator: ", ")): "
                + "offer http/1.1 alone, HTTP/2 forbids a late certificate request; or set delayedModeTakesHTTP2"
        case .notPositive(let setting, let found):
            "\(setting) is \(found), expected more than zero"
        case .applicationProtocolUnusable(let name):
            "ALPN protocol name '\(name)' has \(name.utf8.count) bytes, expected 1 to 255"
        case .ticketSecretTooShort(let found):
            "the secret that encrypts session tickets has \(found) bytes, expected at least 32"
        case .policyIdentifierMissing:
            "shared session tickets with hooks and no policyIdentifier: set one in the authenticator's options"
        case .sessionCacheNeedsHandshake:
            "a session cache with validation at the request: TLS 1.2 sessions are kept only if clients are validated "
                + "in the handshake; choose validation in the handshake, or leave the cache out"
        case .authorityNamesTooLong(let policy, let count, let bytes, let limit):
            "policy '\(policy)': the names of \(count) authorities have \(bytes) bytes, expected at most \(limit) in the "
                + "request for a certificate: no handshake would succeed; choose authorityHints: .none or .certificates"
        case .serverNameUnusable(let name):
            "server name '\(name)' cannot be used: expected a host name without a port, or *. and a domain"
        case .serverNameTwice(let name):
            "server name '\(name)' has two policies: expected one for each name, however it is spelled"
        case .defaultIsLooser(let field, let name):
            "the default policy is looser than, or not comparable with, that of '\(name)' in '\(field)': refuse "
                + "unnamed clients, tighten the default, or choose insecurelyServedByLooserDefault"
        case .identityUnusable(let source, let reason):
            "server identity from \(source): \(reason)"
        case .identitiesAlike(let policy, let first, let second):
            "policy '\(policy)': two server certificates of one kind of key, \(first) and \(second): give one of each kind, "
                + "for instance one with an RSA key and one with an elliptic curve key"
        case .refusedByOpenSSL(let reason):
            "TLS settings refused: \(reason)"
        }
    }
}
