// SPDX-License-Identifier: Apache-2.0

/// The parts of a request that forwarding uses.
public struct ForwardingRequest: Sendable {
    /// The header fields, in order.
    package var fields: [HeaderField]
    /// The trailer fields, if any.
    package var trailers: [HeaderField]
    /// The peer of the socket.
    package var peer: ConnectionPeer
    /// The chain that the peer presented in its own TLS handshake with this server; nil for none.
    package var presentedChain: PresentedChain?
    /// The cached proxy checks of the connection; nil validates the presented chain for this request.
    package var proxyMemory: ProxyIdentityCache?

    /// Creates a request.
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

/// The result of evaluating a request's forwarding headers.
public enum ForwardingDecision: Sendable {
    /// Nothing was forwarded: the connection's own certificate is used.
    case direct
    /// A trusted proxy forwarded the request: the connection's own certificate is never used.
    ///
    /// Without a certificate, the client has none. `isSecure` is whether the client used HTTPS.
    case forwarded(ForwardedCertificate?, isSecure: Bool)
    /// The client's certificate is refused. Requests that require none may continue.
    case failed(ForwardingError)
    /// The whole request is refused with 400.
    case rejected(ForwardingError)
}
