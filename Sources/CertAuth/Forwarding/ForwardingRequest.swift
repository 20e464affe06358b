// SPDX-License-Identifier: Apache-2.0
// What forwarding looks at, and what it says.

/// One request as it reached us.
public struct ForwardingRequest: Sendable {
    /// The header fields, in order.
    package var fields: [HeaderField]
    /// The trailer fields, where the request had any.
    package var trailers: [HeaderField]
    /// The socket's peer.
    package var peer: ConnectionPeer
    /// The chain the peer presented in its own TLS handshake with us; nil for none.
    package var presentedChain: PresentedChain?
    /// What is remembered of the connection; nil validates the presented chain for this request.
    package var proxyMemory: ProxyMemory?

    /// Makes a request.
    public init(
        fields: [HeaderField],
        trailers: [HeaderField] = [],
        peer: ConnectionPeer,
        presentedChain: PresentedChain? = nil
    ) {
        self.fields = fields
        self.trailers = trailers
        self.peer = peer
        self.presentedChain = presentedChain
    }
}

/// What forwarding makes of a request.
public enum ForwardingDecision: Sendable {
    /// Nobody forwarded anything: the connection's own certificate counts.
    case direct
    /// A trusted proxy speaks for its client: the connection's own certificate never counts.
    ///
    /// Without a certificate the client has none; `isSecure` is whether the client came over HTTPS.
    case forwarded(ForwardedCertificate?, isSecure: Bool)
    /// The client's certificate is refused; what asks for none may go on.
    case failed(ForwardingError)
    /// The request is refused as a whole, with 400.
    case rejected(ForwardingError)
}
