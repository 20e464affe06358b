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
    }

    /// Nil for a success.
    init?(_ result: AuthenticationResult, facts: ConnectionFacts) {
        guard let refusal = Refusal(result, facts: facts) else { return nil }
        self.init(refusal, facts)
    }

    init(_ error: LateCertificateError, facts: ConnectionFacts) { self.init(Refusal(error), facts) }

    init(_ failure: AuthenticationFailure) { self.init(Refusal(failure), ConnectionFacts(isSecure: false)) }

    private init(_ refusal: Refusal, _ facts: ConnectionFacts) {
        self.init(
            HTTPResponse.Status(code: refusal.status),
            refusal.code,
            refusal.detail,
            message: refusal.message,
            facts: facts,
            identifier: refusal.identifier
        )
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

    /// Reports in the log and in the metrics why the request is refused.
    func report(to logger: Logger) {
        ListenerMetrics.requestsRefused.increment(code)
        logger.log(
            level: status.kind == .serverError ? .error : .info,
            "request refused: \(message ?? detail)",
            metadata: LogMetadata(.code, code).with(.identifier, identifier)
                .from(peer: facts.peerAddress, serverName: facts.serverName).values
        )
    }
}

extension ClientCertificateRefusal: CustomStringConvertible {
    /// `403 expired: The client certificate has expired.`
    public var description: String { "\(status.code) \(code): \(message ?? detail)" }
}

extension ClientCertificateRefusal {
    /// The request names several hosts, or none although one is required.
    static var malformedHost: ClientCertificateRefusal {
        ClientCertificateRefusal(.badRequest, "malformed-request", "The request is malformed.")
    }

    /// The policy of the host differs from the one that accepted the connection.
    static var misdirected: ClientCertificateRefusal {
        ClientCertificateRefusal(
            .misdirectedRequest,
            "misdirected-request",
            "The request's host is not served on this connection.",
            message: "its host has another policy than the connection"
        )
    }

    static func bodyTooLarge(_ facts: ConnectionFacts) -> ClientCertificateRefusal {
        ClientCertificateRefusal(.contentTooLarge, "body-too-large", "The request's body is too large.", facts: facts)
    }

    /// A route requires its client, but no middleware of CertAuth has authenticated the request.
    static func unauthenticatedRoute(_ facts: ConnectionFacts) -> ClientCertificateRefusal {
        failed("add ClientCertificateMiddleware or AuthorizationMiddleware before routes that ask for clients", facts)
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

    init(_ error: ForwardingError, facts: ConnectionFacts) {
        self.init(.badRequest, error.code.rawValue, error.code.publicSentence, message: "\(error)", facts: facts)
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
        ClientCertificateRefusal(self).response(from: request, context: context)
    }
}
#endif
