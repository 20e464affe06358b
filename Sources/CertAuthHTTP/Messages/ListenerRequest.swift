// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import CertAuthTLS
public import HTTPTypes

/// One request, with the client's authentication.
public struct ListenerRequest: Sendable {
    /// Method, scheme, authority, path with query, and fields.
    public let head: HTTPRequest
    /// The whole body.
    public let body: [UInt8]
    /// The connection that the request arrived on.
    public let connection: ClientCertificateConnection
    /// The result of authentication; nil if the route's requirement is `anonymous`.
    public let authentication: AuthenticationResult?

    /// Creates a request, for tests of handlers.
    package init(
        head: HTTPRequest,
        body: [UInt8],
        connection: ClientCertificateConnection,
        authentication: AuthenticationResult?
    ) {
        self.head = head
        self.body = body
        self.connection = connection
        self.authentication = authentication
    }

    /// The path without its query, as it was sent; `/` if there is none.
    public var path: String {
        let target = head.path ?? "/"
        return String(target.prefix { $0 != "?" })
    }

    /// Asks the client for a certificate after the handshake, in mode `delayed`.
    ///
    /// The body has been read completely before the handler runs. See
    /// `ClientCertificateConnection.requestClientCertificate()`.
    public func requestClientCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        try await connection.requestClientCertificate()
    }

    /// Redirects (307) a client that cannot be asked for a certificate here to the same path on a host that requires
    /// one.
    ///
    /// A client that is already at that host receives 403 `late-certificate-unsupported`, because the redirect would
    /// loop.
    ///
    /// - Parameter host: with a port unless it is 443; must not be taken from the request.
    public func redirect(toCertificateHost host: String) -> ListenerResponse {
        guard !head.isFor(host: host) else {
            return ListenerResponse(unreported: Refusal(.unsupportedByClient))
        }
        let path = head.path.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/"
        return ListenerResponse(
            status: .temporaryRedirect,
            headerFields: [.location: "https://\(host)\(path)", .cacheControl: "no-store"]
        )
    }

    /// The host of the request, in the normal form that its policy was found by; route on this.
    public var host: String? { head.authority.flatMap { HostName(authority: $0)?.text } }

    /// The authenticated client; nil if the client is not authenticated.
    public var client: AuthenticatedClient? {
        if case .success(let client)? = authentication { client } else { nil }
    }

    /// The principal of the authenticated client; nil if the client is not authenticated.
    public var principal: ClaimsPrincipal? { client?.principal }

    /// Why the presented certificate was refused; nil if it was not refused.
    public var failure: AuthenticationFailure? {
        if case .failure(let failure)? = authentication { failure } else { nil }
    }
}
