// SPDX-License-Identifier: Apache-2.0
// Certificates of clients that end their TLS at a proxy.

#if Hummingbird
public import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
public import Hummingbird
public import Logging

/// Takes the client's certificate out of a trusted proxy's headers, and removes such headers of all other peers.
///
/// Add it to the router before all other middlewares. While it exists, a connection of one of its proxies is never a
/// client's on any server of the process: where a request on it is authenticated before this middleware has run, or on a
/// route without it, the answer is 500, and the log says so. A request with a forwarding header from a peer that is not a
/// trusted proxy is answered 400 `forwarding-untrusted`.
public struct CertificateForwardingMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    private let gate: ForwardingGate
    private let authenticator: CertificateAuthenticator
    private let header: String
    private let registration: ForwardingRegistration

    /// A middleware for the router as a whole.
    ///
    /// - Parameters:
    ///   - forwarding: the dialect, and who may speak it. A proxy that is known by its certificate needs TLS with mode
    ///     `allow` and validation `.request`.
    ///   - authenticator: judges forwarded certificates, whatever the connection's own authenticator is.
    ///   - logger: hears of headers that were removed.
    /// - Throws: `ForwardingConfigurationError` for what cannot mean what it says.
    public init(
        _ forwarding: CertificateForwarding,
        authenticator: CertificateAuthenticator,
        logger: Logger = Logger(label: "certauth.hummingbird")
    ) throws {
        try forwarding.check()
        var gate = ForwardingGate(forwarding: forwarding, authenticator: authenticator, logger: logger)
        gate.judgesByItself = true
        self.gate = gate
        self.authenticator = authenticator
        header = forwarding.dialect.headers[0]
        registration = ForwardingRegistration(of: forwarding.proxies)
    }

    /// Settles whose certificate counts, then hands on.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !context.clientCertificate.isForwardingSettled else { return try await next(request, context) }
        guard context.clientCertificate.servesProxies else {
            throw ClientCertificateRefusal.failed(
                "CertificateForwardingMiddleware is used on a server that was made with servesProxies: false",
                context.connectionFacts
            )
        }
        guard context.connection.serves(authority: request.head.authority, takesForwarded: true) else {
            throw ClientCertificateRefusal.misdirected
        }
        let settled = try await settle(request, context)
        let inner = Request(head: settled.head, body: request.body)
        // Another forwarding middleware may know the peer as a proxy of its own.
        guard settled.connection !== context.connection else { return try await next(inner, context) }
        var context = context
        context.clientCertificate.isForwardingSettled = true
        context.clientCertificate.connection = settled.connection
        context.clientCertificate.result = settled.result
        context.clientCertificate.authenticator = authenticator
        // Contexts that are made inside of this request are to find the same client.
        let served = ServedConnection(context.clientCertificate)
        guard settled.variesBy != nil, let vary = HTTPField.Name("Vary") else {
            return try await served.bind { try await next(inner, context) }
        }
        var response: Response
        do {
            response = try await served.bind { try await next(inner, context) }
        } catch let error as any HTTPResponseError {
            response = try error.response(from: inner, context: context)
        }
        // RFC 9440 §2.4: no cache may give one client's answer to another.
        response.headers.append(HTTPField(name: vary, value: header))
        return response
    }

    private func settle(_ request: Request, _ context: Context) async throws -> SettledRequest {
        let storage = context.clientCertificate
        let arrived = ArrivedRequest(
            head: request.head,
            body: [],
            peer: storage.peer,
            connection: storage.connection
        )
        do throws(ForwardingError) {
            return try await gate.settle(arrived)
        } catch {
            throw ClientCertificateRefusal(error, facts: storage.connection.facts)
        }
    }
}

extension ServedConnection {
    /// What forwarding has decided for one request.
    fileprivate init(_ storage: ClientCertificateStorage) {
        self.init(
            channel: storage.channel,
            connection: storage.connection,
            peer: storage.peer,
            servesProxies: storage.servesProxies,
            result: storage.result,
            forwarding: SettledForwarding(authenticator: storage.authenticator)
        )
    }
}
#endif
