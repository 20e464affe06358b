// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// Whether and when a server asks its clients for a certificate.
public enum ClientCertificateMode: String, Sendable, CaseIterable {
    /// The client is never asked for a certificate.
    case none
    /// The client is asked in the handshake and may continue without a certificate.
    case allow
    /// The client is asked in the handshake and must present a certificate.
    case require
    /// The client is asked when a request needs its certificate, by
    /// `ClientCertificateConnection.requestClientCertificate()`. This works only over HTTP/1.1 and only behind a
    /// request gate such as the one of `HTTPSListener`.
    case delayed
}

/// When the certificate that a client presented is validated.
public enum ClientCertificateValidation: String, Sendable, CaseIterable {
    /// In the handshake, before any plaintext is released; a refusal is a TLS alert.
    case handshake
    /// At each request, by the layer above, which must have a request gate; a refusal is an HTTP response.
    case request
}

/// A TLS protocol version.
public enum TLSProtocolVersion: String, Sendable, CaseIterable {
    /// TLS 1.2, the oldest version that is supported.
    case tls12 = "1.2"
    /// TLS 1.3.
    case tls13 = "1.3"
}

/// Which certification authorities a server names as acceptable to its clients.
///
/// The names only help clients to choose a certificate. Trust is decided by the authenticator alone. The message has
/// room for 65,000 bytes of names; a configuration with more is refused.
public enum ClientAuthorityHints: Sendable {
    /// The subjects of the authenticator's custom trust anchors and of its `additionalChainCertificates`. No names if
    /// the system's trust anchors are used.
    ///
    /// The additional certificates are included because a client that has only its end-entity certificate looks for the
    /// name of that certificate's issuer. If all the names do not fit but those of the anchors do, only the anchors are
    /// named, and the configuration has the finding `authority-names-omitted`.
    case anchorsAndIntermediates
    /// The subjects of the authenticator's custom trust anchors. No names if the system's trust anchors are used.
    case anchors
    /// No names: clients may choose any certificate.
    case none
    /// The subjects of these certificates.
    case certificates([Certificate])
}
