// SPDX-License-Identifier: Apache-2.0
// Whether and when a server asks its clients for a certificate.

public import CertAuth

/// Whether and when a server asks its clients for a certificate.
public enum ClientCertificateMode: String, Sendable, CaseIterable {
    /// Never asks.
    case none
    /// Asks in the handshake and goes on without one.
    case allow
    /// Asks in the handshake and demands one.
    case require
    /// Asks when a request needs it, by `ClientCertificateConnection.requestClientCertificate()`: over HTTP/1.1 alone,
    /// and only behind a request gate such as `HTTPSListener`'s.
    case delayed
}

/// When the certificate that a client presented is judged.
public enum ClientCertificateValidation: String, Sendable, CaseIterable {
    /// In the handshake, before a byte of plaintext is released; a refusal is a TLS alert.
    case handshake
    /// At each request, by the layer above, which must have a gate for it; a refusal is an HTTP answer.
    case request
}

/// A TLS protocol version.
public enum TLSProtocolVersion: String, Sendable, CaseIterable {
    /// TLS 1.2, the oldest that is spoken.
    case tls12 = "1.2"
    /// TLS 1.3.
    case tls13 = "1.3"
}

/// Which authorities a server names to its clients as acceptable.
///
/// The names only help clients to choose a certificate; trust is the authenticator's alone. A message holds 65,000 bytes
/// of names: a configuration with more is refused.
public enum ClientAuthorityHints: Sendable {
    /// The subjects of the authenticator's custom anchors, and of its `additionalChainCertificates`, because a client
    /// that holds its own certificate alone looks for the name of its issuer. No names when the system's anchors are
    /// trusted.
    ///
    /// If the names of all do not fit and those of the anchors do, the anchors alone are named, and the configuration
    /// has the finding `authority-names-omitted`.
    case anchorsAndIntermediates
    /// The subjects of the authenticator's custom anchors; none when it trusts the system's.
    case anchors
    /// No names: clients choose freely.
    case none
    /// The subjects of these certificates.
    case certificates([Certificate])
}
