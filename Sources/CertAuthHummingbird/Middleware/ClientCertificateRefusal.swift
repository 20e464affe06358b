// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
public import CertAuth
import CertAuthHTTP
import CertAuthTLS
public import HTTPTypes
public import Hummingbird
import Logging
import NIOCore

/// A request that is refused because of its client. Answered with a problem document (RFC 9457) that contains the code.
public struct ClientCertificateRefusal: Error, HTTPResponseError {
    /// The status of the response: 403, or 400, 413, 421 and 500 if the cause is not the certificate.
    public let status: HTTPResponse.Status
    /// A stable kebab-case word.
    public let code: String
    /// A sentence that reveals nothing that the client could not know.
    package let detail: String
    /// The operator's message, for the log. Never sent.
    public let message: String?
    /// The facts of the connection.
    package internal(set) var facts: ConnectionFacts
    /// Appears in the log and as the document's `instance`.
    package let identifier: DecisionIdentifier
    /// What the log says. Nil if the reason is not the client.
    private let refusal: Refusal?
    /// Writes the line of the decision, unless it has already.
    fileprivate var authenticator: CertificateAuthenticator?
    /// The client if it is authenticated; its verdict is counted already.
    fileprivate var client: AuthenticatedClient?

    /// Limits the lines of refusals whose connection has no authenticator.
    private static let lines = RequestLines()

    init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        message: String? = nil,
        facts: ConnectionFacts = ConnectionFacts(isSecure: false),
        identifier: DecisionIdentifier = DecisionIdentifier()
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.message = message
        self.facts = facts
        self.identifier = identifier
        refusal = nil
    }

    /// Nil for a success.
    init?(_ result: AuthenticationResult, facts: ConnectionFacts, by authenticator: CertificateAuthenticator?) {
        guard let refusal = Refusal(result, facts: facts) else { return nil }
        self.init(refusal, facts)
        self.authenticator = authenticator
    }

    init(_ error: LateCertificateError, facts: ConnectionFacts) { self.init(Refusal(error), facts) }

    init(_ failure: AuthenticationFailure) { self.init(Refusal(failure), ConnectionFacts(isSecure: false)) }

    private init(_ refusal: Refusal, _ facts: ConnectionFacts) {
        status = HTTPResponse.Status(code: refusal.status)
        code = refusal.code
        detail = refusal.detail
        message = refusal.message
        self.facts = facts
        identifier = refusal.identifier
        self.refusal = refusal
    }

    /// The problem document, or a page for a client that prefers HTML. Logs and counts the refusal.
    public func response(from request: Request, context: some RequestContext) -> Response {
        report(to: context.logger)
        let response = response(to: request.head)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The problem document, or a page for a client that prefers HTML.
    func response(to head: HTTPRequest) -> Response {
        let problem = ProblemDocument.protocolRefusal(status, code, detail, identifier: identifier)
        return Response(RefusalForm().applied(to: problem, for: head))
    }

    /// Reports in the log and in the metrics why the request is refused. A refusal that the authenticator has logged is
    /// only counted.
    func report(to logger: Logger) {
        ListenerMetrics.requestsRefused.increment(code)
        let level = status.kind == .serverError ? Logger.Level.error : .info
        if let refusal {
            refusal.log(authenticator, nil, facts, Self.lines, level: level, authenticated: client, to: logger)
        } else {
            Self.lines.refused(code, message ?? detail, identifier, facts, level: level, to: logger)
        }
    }
}

extension ClientCertificateRefusal: CustomStringConvertible {
    /// `403 expired: The client certificate has expired.`
    public var description: String { "\(status.code) \(code): \(message ?? detail)" }
}

extension ClientCertificateRefusal {
    /// The request names several hosts, or none although one is required.
    static var malformedHost: ClientCertificateRefusal {
        ClientCertificateRefusal(
            .badRequest,
            ProtocolCode.malformedRequest.rawValue,
            "The request is malformed.",
            message: "the request names several hosts, an invalid one, or none although one is required"
        )
    }

    /// The policy of the host differs from the one that accepted the connection.
    static var misdirected: ClientCertificateRefusal {
        ClientCertificateRefusal(
            .misdirectedRequest,
            ProtocolCode.misdirectedRequest.rawValue,
            "The request's host is not served on this connection.",
            message: "its host has another policy than the connection"
        )
    }

    static func bodyTooLarge(_ facts: ConnectionFacts) -> ClientCertificateRefusal {
        ClientCertificateRefusal(
            .contentTooLarge,
            ProtocolCode.bodyTooLarge.rawValue,
            "The request's body is too large.",
            facts: facts
        )
    }

    /// A route requires its client, but no middleware of CertAuth has authenticated the request.
    static func unauthenticatedRoute(_ facts: ConnectionFacts) -> ClientCertificateRefusal {
        failed(
            "add OptionalClientCertificateMiddleware or AuthorizationMiddleware before routes that ask for clients",
            facts
        )
    }

    /// The server could not reach a decision.
    static func failed(_ message: String, _ facts: ConnectionFacts) -> ClientCertificateRefusal {
        let code = FailureCode.internalError
        return ClientCertificateRefusal(
            .internalServerError,
            code.rawValue,
            "The server failed.",
            message: message,
            facts: facts
        )
    }

    /// Answered with 400, because the request claims what its peer may not claim. The authenticator has logged it.
    init(_ refused: RefusedForwarding, facts: ConnectionFacts) {
        let code = refused.error.code
        refusal = Refusal(refused.failure)
        status = .badRequest
        self.code = code.rawValue
        detail = code.publicSentence
        message = "\(refused.error)"
        self.facts = facts
        identifier = refused.failure.decision ?? DecisionIdentifier()
    }
}

extension Response {
    /// Converts a response of the listener to one of Hummingbird.
    init(_ answer: ListenerResponse) {
        self.init(
            status: answer.status,
            headers: answer.headerFields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}

/// A failure that a route handler throws becomes the response: a problem document with its code and 403, or 401 with
/// `WWW-Authenticate` for an access token that is not bound to the client's certificate.
extension AuthenticationFailure: HTTPResponseError {
    /// The status of the response.
    public var status: HTTPResponse.Status { ClientCertificateRefusal(self).status }

    /// The problem document. Logs and counts the failure.
    public func response(from request: Request, context: some RequestContext) -> Response {
        let known = context as? any ClientCertificateRequestContext
        var refusal = ClientCertificateRefusal(self)
        refusal.facts = known?.connectionFacts ?? refusal.facts
        refusal.authenticator = known?.clientCertificate.authenticator
        refusal.client = known?.clientCertificate.result?.client
        return refusal.response(from: request, context: context)
    }
}
#endif
