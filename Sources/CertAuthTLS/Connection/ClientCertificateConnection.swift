// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// What a connection knows of its client after the handshake.
///
/// Delivered as a user inbound event before `TLSUserEvent.handshakeCompleted`, and by
/// `channel.clientCertificateConnection()`. Behind a trusted proxy, a request has one of its own, which knows only what
/// the proxy forwarded.
public final class ClientCertificateConnection: Sendable {
    /// The certificate mode that the connection was accepted under.
    package let mode: ClientCertificateMode

    /// The source of the client's certificate; it never changes.
    let role: Role

    enum Role: Sendable {
        /// A TLS channel: the client presents its certificate in the handshake or later.
        case channel(TLSChannelClient)
        /// A request of a trusted proxy: the client's certificate is the forwarded one, never the proxy's own.
        case forwarded(ConnectionAuthentication)
        /// A connection without TLS, or a forwarded certificate that cannot be read: there is nothing to judge.
        case unauthenticated(ConnectionFacts)
    }

    /// A TLS channel whose handshake is complete.
    init(of client: TLSChannelClient) {
        mode = client.mode
        role = .channel(client)
    }

    /// A request that a proxy forwarded.
    ///
    /// - Parameter mode: that of the proxy's connection.
    package init(forwardedOn mode: ClientCertificateMode, client: ConnectionAuthentication) {
        self.mode = mode
        role = .forwarded(client)
    }

    /// A request of a proxy whose certificate cannot be read, so that it was refused already.
    ///
    /// - Parameters:
    ///   - mode: that of the proxy's connection.
    ///   - facts: those of the proxy's connection.
    package init(unreadableOn mode: ClientCertificateMode, facts: ConnectionFacts) {
        self.mode = mode
        role = .unauthenticated(facts)
    }

    /// A connection without TLS.
    package init(plainFrom peerAddress: String?) {
        mode = .none
        role = .unauthenticated(ConnectionFacts(isSecure: false, peerAddress: peerAddress))
    }

    /// OpenSSL's name of the cipher suite; nil if the connection has no TLS, and for forwarded certificates.
    package var cipherSuite: String? {
        if case .channel(let client) = role { client.cipherSuite } else { nil }
    }

    /// The chain that the client presented, in the handshake or accepted later; nil when it presented none. Of a refused
    /// client's chain a part may be left out, never the client's own certificate.
    package var presentedChain: PresentedChain? { authentication?.presentedChain }

    /// Server name, peer address, protocol and version.
    public var facts: ConnectionFacts {
        switch role {
        case .channel(let client): client.facts
        case .forwarded(let client): client.facts
        case .unauthenticated(let facts): facts
        }
    }

    /// Judges the chain and keeps the verdict; nil only on a connection without an authenticator.
    public var authentication: ConnectionAuthentication? {
        switch role {
        case .channel(let client): client.authentication
        case .forwarded(let client): client
        case .unauthenticated: nil
        }
    }

    /// Refuses or redirects the connection's unauthenticated requests.
    package var authenticator: CertificateAuthenticator? {
        switch role {
        case .channel(let client): client.authenticator
        case .forwarded(let client): client.authenticator
        case .unauthenticated: nil
        }
    }

    /// Whether a certificate can still be requested: in mode `delayed`, until one is accepted.
    package var canBeAskedLate: Bool {
        if case .channel(let client) = role { client.canBeAskedLate } else { false }
    }

    /// Whether the client is a known proxy, remembered for all requests of a TLS channel. Nil for all other connections,
    /// on which no proxy presents a certificate.
    package var proxyMemory: ProxyMemory? {
        if case .channel(let client) = role { client.proxyMemory } else { nil }
    }

    /// Whether a request for `authority` may be answered on this connection: whether the policy of that host is the
    /// one that accepted the connection.
    ///
    /// Otherwise, layers above answer 421 Misdirected Request. They ask for each request.
    ///
    /// - Parameter authority: the Host field, `:authority` or the authority of an absolute target; nil without any.
    public func serves(authority: String?) -> Bool { serves(authority: authority, takesForwarded: false) }

    /// The same for layers that accept forwarded certificates, which are judged in mode `none` too.
    package func serves(authority: String?, takesForwarded: Bool) -> Bool {
        guard case .channel(let client) = role else { return true }
        return client.serves(authority: authority, takesForwarded: takesForwarded)
    }

    /// Asks the client for a certificate, in mode `delayed`, and judges what it presents.
    ///
    /// To be called while a request is being answered and its body has been read. A certificate that is accepted
    /// is valid for the rest of the connection and is not requested again; a decline or a refusal counts for this call
    /// alone. In the other modes the client is not asked, and the result is that of the handshake.
    ///
    /// - Returns: nil when the client declines or was not asked; `.failure` for a certificate that was refused.
    /// - Throws: `LateCertificateError` at once when the client cannot be asked, later when it does not answer.
    public func requestClientCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        if case .channel(let client) = role, client.canBeAskedLate { return try await client.requestCertificate() }
        return presentedChain == nil ? nil : await authentication?.authenticate()
    }

    /// Authenticates one request by the certificate that is known.
    package func authenticateRequest() async -> AuthenticationResult {
        guard let authentication else { return .noResult(facts.isSecure ? .noCertificate : .notHTTPS) }
        let result = await authentication.authenticate()
        if case .success = result { clientWasAuthenticated() }
        return result
    }

    /// Tells TLS that a request was authenticated by the handshake's certificate, so that its session may be resumed.
    package func clientWasAuthenticated() {
        if case .channel(let client) = role { client.wasAuthenticated() }
    }

    /// Whether a request may be answered here, by the policy that is in force now. To be called once for each request,
    /// before anything is answered.
    ///
    /// - Parameters:
    ///   - authority: as for `serves(authority:)`.
    ///   - takesForwarded: whether the layer accepts forwarded certificates.
    package func admitRequest(for authority: String?, takesForwarded: Bool = false) async -> RequestAdmission {
        guard case .channel(let client) = role else { return .admitted }
        return await client.admitRequest(for: authority, takesForwarded: takesForwarded)
    }

    /// Brings an open connection under the policy that its server name has now.
    ///
    /// - Returns: false if the connection could not have been opened under that policy and must answer no more requests.
    package func adoptPolicyInForce() -> Bool {
        if case .channel(let client) = role { client.adoptPolicyInForce() } else { true }
    }
}
