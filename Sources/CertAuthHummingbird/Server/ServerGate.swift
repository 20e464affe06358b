// SPDX-License-Identifier: Apache-2.0
// Checks each request before the router: it must have one host, and in mode require an authenticated client.

#if Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Checks each request before the application receives it.
struct ServerGate: Sendable {
    let responder: HTTPChannelHandler.Responder
    let logger: Logger

    func respond(to request: Request, writer: consuming ResponseWriter, channel: any Channel) async throws {
        let decision = await decide(on: request, channel)
        if let response = decision.response {
            let sent = request.method == .head ? response.createHeadResponse() : response
            try await writer.write(response: sent.head, body: sent.body)
            return
        }
        guard let served = decision.served else { return try await responder(request, writer, channel) }
        var unused = Optional(writer)
        try await served.bind {
            guard let writer = unused.take() else { return }
            try await responder(request, writer, channel)
        }
    }

    private struct Decision {
        /// The response that refuses the request.
        var response: Response?
        /// The value for the request's context, if it contains more than the connection.
        var served: ServedConnection?
    }

    private func decide(on request: Request, _ channel: any Channel) async -> Decision {
        guard var served = ServedConnection.current(of: channel) else {
            // Not reached: CertAuth's channels bind their connection before the first request.
            let refusal = ClientCertificateRefusal.failed(
                "the request's connection is unknown",
                ConnectionFacts(isSecure: false)
            )
            refusal.report(to: logger)
            return Decision(response: refusal.response(to: request.head))
        }
        let connection = served.connection
        guard let host = RequestHost(request.head, connection.facts) else {
            return refuse(.malformedHost, request, connection)
        }
        switch await connection.admitRequest(for: host.authority) {
        case .admitted: break
        case .misdirected: return refuse(.misdirected, request, connection)
        case .refused(let result):
            if let refusal = ClientCertificateRefusal(result, facts: connection.facts, by: connection.authenticator) {
                return refuse(refusal, request, connection)
            }
        }
        // The mode of the TLS connection decides, whatever the routes require.
        guard connection.mode == .require else { return Decision() }
        let result = await authenticated(request, connection)
        guard let refusal = ClientCertificateRefusal(result, facts: connection.facts, by: connection.authenticator)
        else {
            served.result = result
            return Decision(served: served)
        }
        let challenge = await connection.authenticator?.challenge(ChallengeContext(result, connection, request))
        if case .redirect(let location)? = challenge,
            !request.head.isTarget(of: location, isSecure: connection.facts.isSecure)
        {
            return Decision(response: .temporaryRedirect(to: location))
        }
        return refuse(refusal, request, connection)
    }

    /// Authenticates with spans that belong to the request's trace.
    private func authenticated(_ request: Request, _ connection: ClientCertificateConnection) async
        -> AuthenticationResult
    {
        guard let authenticator = connection.authenticator, authenticator.isTraced else {
            return await connection.authenticateRequest()
        }
        return await authenticator.inTrace(of: TraceFields(request.head)) { await connection.authenticateRequest() }
    }

    private func refuse(
        _ refusal: ClientCertificateRefusal,
        _ request: Request,
        _ connection: ClientCertificateConnection
    ) -> Decision {
        var refusal = refusal
        refusal.facts = connection.facts
        refusal.report(to: logger)
        return Decision(response: refusal.response(to: request.head))
    }
}

/// The host that a request is for.
struct RequestHost {
    /// Nil if the request names none.
    let authority: String?

    /// - Returns: Nil if the request names several hosts, an invalid one, or another one in an absolute target.
    /// - Source: RFC 9112 sections 3.2 and 3.2.2; RFC 9113 section 8.3.1.
    init?(_ head: HTTPRequest, _ facts: ConnectionFacts) {
        // The first Host field of HTTP/1.1 has become the authority.
        let fields = HTTPField.Name("Host").map { head.headerFields[values: $0] } ?? []
        let scheme = facts.isSecure ? "https" : "http"
        guard (fields + [head.authority].compactMap { $0 }).allSatisfy({ RequestAuthority.isValid($0) }),
            let target = RequestTarget(
                head.path ?? "",
                scheme: scheme,
                isOptions: head.method == .options
            ), Self.areEqual(target.authority, head.authority ?? "", scheme: scheme)
        else { return nil }
        guard facts.negotiatedProtocol == .http2 else {
            guard fields.isEmpty else { return nil }
            authority = head.authority
            return
        }
        guard fields.count < 2 else { return nil }
        if let field = fields.first, !Self.areEqual(head.authority, field, scheme: scheme) { return nil }
        authority = head.authority ?? fields.first
    }

    /// If `named` is nil, nothing can differ.
    private static func areEqual(_ named: String?, _ other: String, scheme: String) -> Bool {
        named.map { RequestAuthority.areEqual($0, other, scheme: scheme) } ?? true
    }
}
#endif
