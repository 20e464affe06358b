// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The client of a connection after the handshake, with its certificate.
///
/// Delivered as a user inbound event before `TLSUserEvent.handshakeCompleted`, and by
/// `channel.clientCertificateConnection()`. A request of a trusted proxy has its own value, which contains only what
/// the proxy forwarded.
public final class ClientCertificateConnection: Sendable {
    /// The certificate mode in which the connection was accepted.
    package let mode: ClientCertificateMode

    /// The source of the client's certificate. It never changes.
    let role: Role

    enum Role: Sendable {
        /// A TLS channel: the client presents its certificate in the handshake or later.
        case channel(TLSChannelClient)
        /// A request of a trusted proxy: the client's certificate is the forwarded one, never the proxy's own.
        case forwarded(ConnectionAuthentication)
        /// A connection without TLS, or a forwarded certificate that cannot be read: there is nothing to validate.
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

    /// A request of a proxy with a certificate that cannot be read, so that it was already refused.
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

    /// OpenSSL's name of the cipher suite. Nil if the connection has no TLS, and for forwarded certificates.
    package var cipherSuite: String? {
        if case .channel(let client) = role { client.cipherSuite } else { nil }
    }

    /// The chain that the client presented in the handshake, or later if it was accepted. Nil if it presented none. The
    /// chain of a refused client may be incomplete, but it always contains the client's own certificate.
    package var presentedChain: PresentedChain? { authentication?.presentedChain }

    /// Server name, peer address, protocol and version.
    public var facts: ConnectionFacts {
        switch role {
        case .channel(let client): client.facts
        case .forwarded(let client): client.facts
        case .unauthenticated(let facts): facts
        }
    }

    /// Validates the chain and keeps the verdict. Nil only on a connection without an authenticator.
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

    /// Whether a load balancer began the connection with a header of the PROXY protocol. Then the peer of the socket is
    /// the load balancer, for all of its clients.
    package var hasProxyHeader: Bool {
        if case .channel(let client) = role { client.hasProxyHeader } else { false }
    }

    /// Whether the client is a known proxy, remembered for all requests of a TLS channel. Nil for all other
    /// connections, on which no proxy presents a certificate.
    package var proxyMemory: ProxyIdentityCache? {
        if case .channel(let client) = role { client.proxyMemory } else { nil }
    }

    /// Whether a request for `authority` may be answered on this connection: whether the policy of that host is the one
    /// that accepted the connection.
    ///
    /// If not, the layers above answer 421 Misdirected Request. They check each request.
    ///
    /// - Parameter authority: the Host field, `:authority` or the authority of an absolute target. Nil if there is
    ///   none.
    public func serves(authority: String?) -> Bool { serves(authority: authority, takesForwarded: false) }

    /// The same for layers that accept forwarded certificates, which are validated in mode `none` too.
    package func serves(authority: String?, takesForwarded: Bool) -> Bool {
        guard case .channel(let client) = role else { return true }
        return client.serves(authority: authority, takesForwarded: takesForwarded)
    }

    /// Requests a certificate from the client, in mode `delayed`, and validates it.
    ///
    /// Call this while answering a request whose body has been read. An accepted certificate is valid for the rest of
    /// the connection and is not requested again. A decline or a refusal applies to this call only. In the other modes
    /// no certificate is requested, and the result is that of the handshake.
    ///
    /// - Returns: Nil if the client declines or was not asked; `.failure` for a certificate that was refused.
    /// - Throws: `LateCertificateError` immediately if no certificate can be requested, later if the client does not
    ///   answer.
    public func requestClientCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        if case .channel(let client) = role, client.canBeAskedLate { return try await client.requestCertificate() }
        return presentedChain == nil ? nil : await authentication?.authenticate()
    }

    /// Authenticates one request by the known certificate.
    package func authenticateRequest() async -> AuthenticationResult {
        guard let authentication else { return .noResult(facts.isSecure ? .noCertificate : .notHTTPS) }
        let result = await authentication.authenticate()
        if case .success = result { clientWasAuthenticated() }
        return result
    }

    /// The result of the previous request, if it is still valid and no hook has to run. Nil if the request must be
    /// authenticated.
    package func repeatedResult() -> AuthenticationResult? {
        guard let result = authentication?.repeatedResult() else { return nil }
        if case .success = result { clientWasAuthenticated() }
        return result
    }

    /// Reports to TLS that a request was authenticated by the handshake's certificate, so that its session may be
    /// resumed.
    package func clientWasAuthenticated() {
        if case .channel(let client) = role { client.wasAuthenticated() }
    }

    /// Whether this connection may answer a request under the policy in force. Must be called once for each request,
    /// before anything is answered.
    ///
    /// - Parameters:
    ///   - authority: as for `serves(authority:)`.
    ///   - takesForwarded: whether the layer accepts forwarded certificates.
    package func admitRequest(for authority: String?, takesForwarded: Bool = false) async -> RequestAdmission {
        if let admission = admissionAtOnce(for: authority, takesForwarded: takesForwarded) { return admission }
        guard case .channel(let client) = role else { return .admitted }
        return await client.admitRequestByAdoptedPolicy()
    }

    /// The answer of `admitRequest` if it needs no validation; nil if `admitRequest` has to be called.
    package func admissionAtOnce(for authority: String?, takesForwarded: Bool) -> RequestAdmission? {
        guard case .channel(let client) = role else { return .admitted }
        return client.admissionAtOnce(for: authority, takesForwarded: takesForwarded)
    }

    /// Applies the current policy of its server name to an open connection.
    ///
    /// - Returns: False if that policy would not have accepted the connection, which must then answer no more requests.
    package func adoptPolicyInForce() -> Bool {
        if case .channel(let client) = role { client.adoptPolicyInForce() } else { true }
    }

    /// Whether a reload has replaced the policies since the connection adopted one.
    package var isPolicyOutdated: Bool {
        if case .channel(let client) = role { client.isPolicyOutdated } else { false }
    }
}
