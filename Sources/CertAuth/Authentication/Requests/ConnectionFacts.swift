// SPDX-License-Identifier: Apache-2.0

/// The facts about a connection, as observed by the layer that owns it.
public struct ConnectionFacts: Sendable, Hashable {
    /// Whether the request used TLS, according to our own listener or a trusted proxy.
    public var isSecure: Bool
    /// The host name in the client's ClientHello (SNI); nil if there is none.
    public var serverName: String?
    /// The peer of the socket, `192.0.2.1:5000`; nil if there is none. Behind a load balancer that uses the PROXY
    /// protocol, the client's address as the load balancer states it.
    public var peerAddress: String?
    /// The load balancer that stated `peerAddress` by the PROXY protocol: the peer of the socket, `10.0.0.5:41000`, or
    /// `unix`. Nil if `peerAddress` is the peer of the socket.
    public var loadBalancerAddress: String?
    /// The application protocol negotiated by ALPN, for example `http/1.1`.
    public var negotiatedProtocol: ALPNIdentifier?
    /// `TLSv1.2` or `TLSv1.3`.
    public var tlsVersion: TLSVersion?
    /// Whether the TLS session was resumed. Then the certificate is from an earlier handshake.
    public var isResumed: Bool
    /// Whether the certificate was requested after the handshake.
    public var isLate: Bool
    /// If the request is not secure: what the proxy's headers state about the scheme.
    package var schemeExplanation: String?
    /// If there is no certificate: the headers of dialects other than the configured one.
    package var otherDialects: String?
    /// If the handshake presented no certificate: the authorities whose certificates the server requests.
    package var requestedAuthorities: RequestedAuthorities?

    /// Creates facts. The defaults are those of a full handshake about which nothing else is known.
    ///
    /// - Parameter isSecure: has no default, because only the layer that owns the connection knows it. A client is
    ///   authenticated only if it is true.
    public init(
        isSecure: Bool,
        serverName: String? = nil,
        peerAddress: String? = nil,
        negotiatedProtocol: ALPNIdentifier? = nil,
        tlsVersion: TLSVersion? = nil,
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

    /// Why there is nothing to authenticate, for operators; nil if the code says it all.
    package func explanation(of code: FailureCode) -> String? {
        switch code {
        case .notHTTPS: schemeExplanation
        case .noCertificate: otherDialects ?? requestedAuthorities?.sentence
        default: nil
        }
    }
}

extension LogMetadata {
    /// Adds the client's address, the load balancer that stated it, and the server name.
    package func from(_ facts: ConnectionFacts?) -> LogMetadata {
        from(peer: facts?.peerAddress, via: facts?.loadBalancerAddress, serverName: facts?.serverName)
    }
}
