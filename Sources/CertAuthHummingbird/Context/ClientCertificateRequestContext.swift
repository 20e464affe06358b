// SPDX-License-Identifier: Apache-2.0
// The context of a request whose client may have a certificate.

#if Hummingbird
public import CertAuth
public import CertAuthTLS
public import Hummingbird

/// A request context that knows its client.
///
/// Contexts of your own keep a `ClientCertificateStorage`, made in `init(source:)` from the same source.
public protocol ClientCertificateRequestContext: RequestContext {
    /// What is known of the client.
    var clientCertificate: ClientCertificateStorage { get set }
}

extension ClientCertificateRequestContext {
    /// The connection; behind a trusted proxy, the one that the proxy speaks for.
    public var connection: ClientCertificateConnection { clientCertificate.connection }

    /// Server name, peer address, protocol, version, whether the session was resumed or the certificate came late.
    public var connectionFacts: ConnectionFacts { clientCertificate.connection.facts }

    /// What authentication came to; nil before any of our middlewares.
    public var authentication: AuthenticationResult? { clientCertificate.result }

    /// The authenticated client, nil for everyone else.
    public var client: AuthenticatedClient? { clientCertificate.result?.client }

    /// The authenticated client's certificate, nil for everyone else.
    public var certificate: Certificate? { client?.certificate }

    /// The authenticated client's principal, nil for everyone else.
    public var principal: ClaimsPrincipal? { client?.principal }

    /// Why the certificate that the client presented was refused; nil when none was.
    public var authenticationFailure: AuthenticationFailure? { clientCertificate.result?.failure }

    /// The authenticated client.
    ///
    /// - Throws: `ClientCertificateRefusal` for everyone else: 403 with the code of what is wrong, and 500 where no
    ///   middleware of ours has authenticated the request.
    public func requireClient() throws -> AuthenticatedClient {
        if let refusal = clientCertificate.proxyRefusal { throw refusal }
        guard let result = clientCertificate.result else {
            throw ClientCertificateRefusal.unauthenticatedRoute(connectionFacts)
        }
        if let refusal = ClientCertificateRefusal(result, facts: connectionFacts) { throw refusal }
        guard let client = result.client else { throw ClientCertificateRefusal.unauthenticatedRoute(connectionFacts) }
        return client
    }

    /// The authenticated client's principal.
    ///
    /// - Throws: as `requireClient()`.
    public func requirePrincipal() throws -> ClaimsPrincipal { try requireClient().principal }

    /// Asks the client for a certificate after the handshake, in mode `delayed`; `AuthorizationMiddleware` does so by
    /// itself.
    ///
    /// The body is read whole before, for TLS and HTTP must not mix.
    ///
    /// - Parameters:
    ///   - request: keeps the body; to be called before anything has read of it.
    ///   - limit: the most bytes that are held for a stranger; never more than `maxUploadSize`, which nil stands for.
    /// - Returns: nil when the client declines or has no certificate and cannot be asked in this mode; `.failure` for a
    ///   certificate that was refused. What is not nil is the context's result from now on.
    /// - Throws: `LateCertificateError` when the client could not be asked; `ClientCertificateRefusal` with 413 for a
    ///   larger body, and nobody is asked.
    public mutating func requestClientCertificate(
        reading request: inout Request,
        within limit: Int? = nil
    ) async throws -> AuthenticationResult? {
        if let refusal = clientCertificate.proxyRefusal { throw refusal }
        guard connection.canBeAskedLate else {
            let result = await clientCertificate.authenticate()
            return result == .noResult(.noCertificate) ? nil : result
        }
        let most = min(limit ?? maxUploadSize, maxUploadSize)
        try request.checkLength(within: most, facts: connectionFacts)
        clientCertificate.channel.triggerUserOutboundEvent(LateRequestHandler.BodyWanted(), promise: nil)
        try await request.collectBody(within: most, facts: connectionFacts)
        let result = try await connection.requestClientCertificate()
        if let refusal = clientCertificate.proxyRefusal { throw refusal }
        if let result { clientCertificate.result = result }
        return result
    }
}
#endif
