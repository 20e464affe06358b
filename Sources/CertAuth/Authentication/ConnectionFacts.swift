// SPDX-License-Identifier: Apache-2.0
// What the server knows of the connection that a certificate came over.

/// The facts of a connection, as the layer that owns it saw them.
public struct ConnectionFacts: Sendable, Hashable {
    /// Whether the request came over TLS, by our own listener or a trusted proxy's word.
    public var isSecure: Bool
    /// The host name the client asked for in its ClientHello (SNI); nil without.
    public var serverName: String?
    /// The socket's peer, `192.0.2.1:5000`; nil where there is none.
    public var peerAddress: String?
    /// The application protocol of ALPN, for instance `http/1.1`.
    public var negotiatedProtocol: String?
    /// `TLSv1.2` or `TLSv1.3`.
    public var tlsVersion: String?
    /// Whether the TLS session was resumed, so that the certificate is from an earlier handshake.
    public var isResumed: Bool
    /// Whether the certificate was asked for after the handshake.
    public var isLate: Bool
    /// What a proxy's headers say of the scheme, where the request is not secure by them.
    package var schemeExplanation: String?
    /// Headers of another dialect than the configured one, where it has no certificate.
    package var otherDialects: String?

    /// Makes facts; the defaults are those of a full handshake with nothing else known.
    ///
    /// - Parameter isSecure: no default: only the layer that has the connection can say it. A client is authenticated
    ///   where it is true alone.
    public init(
        isSecure: Bool,
        serverName: String? = nil,
        peerAddress: String? = nil,
        negotiatedProtocol: String? = nil,
        tlsVersion: String? = nil,
        isResumed: Bool = false,
        isLate: Bool = false
    ) {
        self.isSecure = isSecure
        self.serverName = serverName
        self.peerAddress = peerAddress
        self.negotiatedProtocol = negotiatedProtocol
        self.tlsVersion = tlsVersion
        self.isResumed = isResumed
        self.isLate = isLate
    }

    /// Why there is nothing to authenticate, for operators; nil where the code says all.
    package func explanation(of code: FailureCode) -> String? {
        switch code {
        case .notHTTPS: schemeExplanation
        case .noCertificate: otherDialects
        default: nil
        }
    }
}
