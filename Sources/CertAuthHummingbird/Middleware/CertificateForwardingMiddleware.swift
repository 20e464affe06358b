// SPDX-License-Identifier: Apache-2.0
// Certificates of clients whose TLS ends at a proxy.

#if Hummingbird
public import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
public import Hummingbird
public import Logging

/// Reads the client's certificate from a trusted proxy's header fields, and removes such fields of all other peers.
///
/// Add it to the router before all other middlewares. While it exists, no server of the process treats a connection of
/// one of its proxies as a client's: if a request on it is authenticated before this middleware has run, or on a route
/// without it, the answer is 500, and the log explains it. A request with a forwarding header field from a peer that is
/// not a trusted proxy is answered with 400 `forwarding-untrusted`.
public struct CertificateForwardingMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    private let gate: ForwardingGate
    private let authenticator: CertificateAuthenticator
    private let registration: ForwardingRegistration

    /// Creates the middleware for the router as a whole.
    ///
    /// - Parameters:
    ///   - forwarding: the dialects, and the proxies that may use them. A proxy that is known by its certificate needs TLS with
    ///     mode `allow` and validation `.request`.
    ///   - authenticator: validates forwarded certificates, whatever the connection's own authenticator is.
    ///   - logger: receives a line about header fields that were removed.
    /// - Throws: `ForwardingConfigurationError` for a contradictory configuration.
    public init(
        _ forwarding: CertificateForwarding,
        authenticator: CertificateAuthenticator,
        logger: Logger = Logger(label: "certauth.hummingbird")
    ) throws {
        try forwarding.check()
        var gate = ForwardingGate(forwarding: forwarding, authenticator: authenticator, logger: logger)
        gate.validatesAlone = true
        self.gate = gate
        self.authenticator = authenticator
        registration = ForwardingRegistration(of: forwarding.proxies)
    }

    /// Decides which certificate applies, then calls the next responder.
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
            var refusal = ClientCertificateRefusal.misdirected
            refusal.facts = context.connectionFacts
            throw refusal
        }
        let settled = try await settle(request, context)
        let inner = Request(head: settled.head, body: request.body)
        // Another forwarding middleware may have the peer among its proxies.
        guard settled.connection !== context.connection else { return try await next(inner, context) }
        var context = context
        context.clientCertificate.isForwardingSettled = true
        context.clientCertificate.connection = settled.connection
        context.clientCertificate.result = settled.result
        context.clientCertificate.authenticator = authenticator
        // Contexts that are created during this request must find the same client.
        let served = ServedConnection(context.clientCertificate)
        guard settled.variesBy != nil else {
            return try await served.bind { try await next(inner, context) }
        }
        var response: Response
        do {
            response = try await served.bind { try await next(inner, context) }
        } catch let error as any HTTPResponseError {
            response = try error.response(from: inner, context: context)
        }
        settled.limitCaching(&response.headers)
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
        do throws(RefusedForwarding) {
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
