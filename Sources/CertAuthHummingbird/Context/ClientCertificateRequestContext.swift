// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
public import CertAuth
public import CertAuthTLS
public import Hummingbird

/// The context of a request whose client may have a certificate.
///
/// Your own contexts need a `ClientCertificateStorage`, created in `init(source:)` from the same source.
public protocol ClientCertificateRequestContext: RequestContext {
    /// The client and its certificate.
    var clientCertificate: ClientCertificateStorage { get set }
}

extension ClientCertificateRequestContext {
    /// The client's connection. For requests of a trusted proxy, the connection that the proxy forwards.
    public var connection: ClientCertificateConnection { clientCertificate.connection }

    /// Server name, peer address, protocol, version, whether the session was resumed or the certificate was requested
    /// late.
    package var connectionFacts: ConnectionFacts { clientCertificate.connection.facts }

    /// The result of the authentication. Nil before the first middleware of CertAuth.
    public var authentication: AuthenticationResult? { clientCertificate.result }

    /// The authenticated client. Nil if the client is not authenticated.
    public var client: AuthenticatedClient? { clientCertificate.result?.client }

    /// The authenticated client's certificate. Nil if the client is not authenticated.
    public var certificate: Certificate? { client?.certificate }

    /// The authenticated client's principal. Nil if the client is not authenticated.
    public var principal: ClaimsPrincipal? { client?.principal }

    /// Why the certificate that the client presented was refused. Nil if none was.
    public var authenticationFailure: AuthenticationFailure? { clientCertificate.result?.failure }

    /// The authenticated client.
    ///
    /// - Throws: `ClientCertificateRefusal` if the client is not authenticated: 403 with the failure code, or 500 if no
    ///   middleware of CertAuth has authenticated the request.
    public func requireClient() throws -> AuthenticatedClient {
        if let refusal = clientCertificate.proxyRefusal { throw refusal }
        guard let result = clientCertificate.result else {
            throw ClientCertificateRefusal.unauthenticatedRoute(connectionFacts)
        }
        let authenticator = clientCertificate.authenticator
        if let refusal = ClientCertificateRefusal(result, facts: connectionFacts, by: authenticator) { throw refusal }
        guard let client = result.client else { throw ClientCertificateRefusal.unauthenticatedRoute(connectionFacts) }
        return client
    }

    /// The authenticated client's principal.
    ///
    /// - Throws: as `requireClient()`.
    public func requirePrincipal() throws -> ClaimsPrincipal { try requireClient().principal }

    /// Requests a certificate from the client after the handshake, in mode `delayed`. `AuthorizationMiddleware` does
    /// this by itself.
    ///
    /// First reads the whole body, because TLS and HTTP messages must not mix.
    ///
    /// - Parameters:
    ///   - request: keeps the body. Must be passed before anything has read the body.
    ///   - limit: the maximum body size that is buffered for an unauthenticated client, at most `maxUploadSize`. Nil is
    ///     `maxUploadSize`.
    /// - Returns: Nil if the client declines, or has no certificate and cannot be asked in this mode; `.failure` for a
    ///   certificate that was refused. A result other than nil becomes the context's result.
    /// - Throws: `LateCertificateError` if no certificate could be requested; `ClientCertificateRefusal` with 413 for a
    ///   larger body, without a request to the client.
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
