// SPDX-License-Identifier: Apache-2.0
// One request as a handler closure receives it.

public import CertAuth
public import CertAuthTLS
public import HTTPTypes

/// One request, with what is known of the client that sent it.
public struct ListenerRequest: Sendable {
    /// Method, scheme, authority, path with query, and fields.
    public let head: HTTPRequest
    /// The whole body.
    public let body: [UInt8]
    /// The connection it came on.
    public let connection: ClientCertificateConnection
    /// What authentication came to; nil where the route's requirement is `anonymous`.
    public let authentication: AuthenticationResult?

    /// Puts a request together, for tests of handlers.
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

    /// The path without its query, as it was sent; `/` when there is none.
    public var path: String {
        let target = head.path ?? "/"
        return String(target.prefix { $0 != "?" })
    }

    /// Asks the client for a certificate after the handshake, in mode `delayed`; see
    /// `ClientCertificateConnection.requestClientCertificate()`. The body has been read whole by now.
    public func requestClientCertificate() async throws(LateCertificateError) -> AuthenticationResult? {
        try await connection.requestClientCertificate()
    }

    /// Sends the client, which cannot be asked here, to the same path on a host that demands certificates (307).
    ///
    /// A client that is at that host already is answered 403 `late-certificate-unsupported`: the redirect would have no
    /// end.
    ///
    /// - Parameter host: with a port where it is not 443; never taken from the request.
    public func redirect(toCertificateHost host: String) -> ListenerResponse {
        guard !head.isFor(host: host) else {
            return Refusal(.unsupportedByClient).problem(exposingDetails: false).response
        }
        let path = head.path.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/"
        return ListenerResponse(
            status: .temporaryRedirect,
            headerFields: [.location: "https://\(host)\(path)", .cacheControl: "no-store"]
        )
    }

    /// The host that the request is for, in the normal form that its policy was found by; route on this.
    public var host: HostName? { head.authority.flatMap { HostName(authority: $0) } }

    /// The authenticated client, nil for everyone else.
    public var client: AuthenticatedClient? {
        if case .success(let client)? = authentication { client } else { nil }
    }

    /// The authenticated client's principal, nil for everyone else.
    public var principal: ClaimsPrincipal? { client?.principal }

    /// Why the certificate that the client presented was refused; nil when none was.
    public var failure: AuthenticationFailure? {
        if case .failure(let failure)? = authentication { failure } else { nil }
    }
}
