// SPDX-License-Identifier: Apache-2.0
// Runs before every handler: authenticates once per request, then refuses, redirects or continues.

import CertAuth
import CertAuthTLS
import HTTPTypes
import Logging

/// Produces one response for one request, in every version of HTTP.
struct RequestGate: Sendable {
    let requirement: @Sendable (HTTPRequest) -> AuthenticationRequirement
    let handler: @Sendable (ListenerRequest) async throws -> ListenerResponse
    let asksLate: @Sendable (HTTPRequest) -> Bool
    let authorization: @Sendable (HTTPRequest) -> AuthorizationPolicy?
    let admitsPreflight: @Sendable (HTTPRequest) -> Bool
    var certificateHost: String?
    /// Whether TRACE reaches the handler.
    var servesTrace = false
    let forwarding: ForwardingInForce
    let exposesFailureDetails: Bool
    /// The form of refusals.
    var refusalForm = RefusalForm()
    let logger: Logger
    let lines = RequestLines()

    /// The response to a request. It never throws, because an error of the handler becomes a response too.
    ///
    /// The spans of the gate, and those of the handler, belong to the request's trace.
    ///
    /// It runs on the executor of its caller, because a change of the executor costs more than the decision. The callers
    /// are tasks without an actor.
    nonisolated(nonsending) func response(to request: ArrivedRequest) async -> ListenerResponse {
        guard let authenticator = request.connection.authenticator ?? forwarding.current?.authenticator,
            authenticator.isTraced
        else { return refusalForm.applied(to: await untracedResponse(to: request), for: request.head) }
        let response = await authenticator.inTrace(of: TraceFields(request.head)) {
            await untracedResponse(to: request)
        }
        return refusalForm.applied(to: response, for: request.head)
    }

    private nonisolated(nonsending) func untracedResponse(to request: ArrivedRequest) async -> ListenerResponse {
        guard request.head.method != .trace || servesTrace else {
            return refuse(.methodNotServed, request.connection.facts)
        }
        let forwarding = forwarding.current
        let connection = request.connection
        if let objection = await objection(to: request.head, connection, takesForwarded: forwarding != nil) {
            return objection
        }
        guard let forwarding else {
            let settled = SettledRequest(head: request.head, connection: connection)
            return await response(to: settled, body: request.body)
        }
        do throws(RefusedForwarding) {
            let settled = try await forwarding.settle(request)
            var response = await response(to: settled, body: request.body)
            settled.limitCaching(&response.headerFields)
            return response
        } catch {
            return reject(error)
        }
    }

    /// The response to a request that its connection may not answer. Nil if it may. A reload can change that.
    private nonisolated(nonsending) func objection(
        to head: HTTPRequest,
        _ connection: ClientCertificateConnection,
        takesForwarded: Bool
    ) async -> ListenerResponse? {
        let admission: RequestAdmission
        if let known = connection.admissionAtOnce(for: head.authority, takesForwarded: takesForwarded) {
            admission = known
        } else {
            admission = await connection.admitRequest(for: head.authority, takesForwarded: takesForwarded)
        }
        switch admission {
        case .admitted: return nil
        case .misdirected: return misdirected(head, connection)
        case .refused(let result):
            guard let refusal = Refusal(result, facts: connection.facts) else { return nil }
            return await refuse(refusal, result, head, connection)
        }
    }

    /// Whether a certificate may be requested while this request is answered.
    func mayAskLate(for head: HTTPRequest, _ connection: ClientCertificateConnection) -> Bool {
        connection.canBeAskedLate && demand(of: head) == .required && asksLate(head)
    }

    /// What a route requires. A route with an authorization policy requires an authenticated client. A preflight that
    /// the application admits requires nothing.
    private func demand(of head: HTTPRequest) -> AuthenticationRequirement {
        isAdmittedPreflight(head) ? .anonymous : demand(of: head, authorization(head))
    }

    private func demand(of head: HTTPRequest, _ policy: AuthorizationPolicy?) -> AuthenticationRequirement {
        policy == nil ? requirement(head) : .required
    }

    private func isAdmittedPreflight(_ head: HTTPRequest) -> Bool { head.isPreflight && admitsPreflight(head) }

    /// Whether a certificate would have to be requested from the client although the connection uses HTTP/2, which
    /// forbids it.
    func refusesOverHTTP2(_ head: HTTPRequest, _ connection: ClientCertificateConnection) -> Bool {
        forwarding.current == nil && mayAskLate(for: head, connection)
    }

    /// The response to such a request, whatever its body.
    func refusalOverHTTP2(of request: ArrivedRequest) async -> ListenerResponse {
        let (head, connection) = (request.head, request.connection)
        if let objection = await objection(to: head, connection, takesForwarded: false) {
            return refusalForm.applied(to: objection, for: head)
        }
        let refusal = Refusal(.forbiddenByHTTP2)
        let response = await refuse(refusal, .noResult(.noCertificate), head, connection, sentTo: certificateHost)
        return refusalForm.applied(to: response, for: head)
    }

    /// The authenticator has logged the refusal.
    private func reject(_ refused: RefusedForwarding) -> ListenerResponse {
        let code = refused.error.code
        ListenerMetrics.requestsRefused.increment(code.rawValue)
        return ProblemDocument(
            status: .badRequest,
            code: code.rawValue,
            detail: code.publicSentence,
            message: exposesFailureDetails ? "\(refused.error)" : nil,
            identifier: refused.failure.decision
        ).response
    }

    /// Logs and counts a request that is refused before it reaches a route, and returns the answer.
    ///
    /// - Parameter misplaced: what the peer sent instead of HTTP, if it is known.
    func refuse(
        _ defect: RequestDefect,
        _ facts: ConnectionFacts?,
        misplaced: MisplacedProtocol? = nil
    ) -> ListenerResponse {
        let (status, code, detail) = defect.refusal
        let identifier = DecisionIdentifier()
        ListenerMetrics.requestsRefused.increment(code.rawValue)
        let reason = misplaced?.sentence(expected: "an HTTP request") ?? defect.reason
        lines.refused(code.rawValue, reason, identifier, facts, to: logger)
        return ProblemDocument.protocolRefusal(status, code.rawValue, detail, identifier: identifier)
    }

    private nonisolated(nonsending) func response(to request: SettledRequest, body: [UInt8]) async -> ListenerResponse {
        let (head, connection) = (request.head, request.connection)
        // The application's functions are called once, so that no two answers of them can contradict each other.
        guard !isAdmittedPreflight(head) else {
            return await answer(ListenerRequest(head: head, body: [], connection: connection, authentication: nil))
        }
        let policy = authorization(head)
        let requirement = demand(of: head, policy)
        guard requirement != .anonymous else {
            return await answer(ListenerRequest(head: head, body: body, connection: connection, authentication: nil))
        }
        var result: AuthenticationResult
        if let known = request.result ?? connection.repeatedResult() {
            result = known
        } else {
            result = await connection.authenticateRequest()
        }
        if requirement == .required, connection.canBeAskedLate, asksLate(head) {
            do throws(LateCertificateError) {
                result = try await connection.requestClientCertificate() ?? result
            } catch {
                let elsewhere = error.isOfThisConnection ? certificateHost : nil
                return await refuse(Refusal(error), result, head, connection, sentTo: elsewhere)
            }
        }
        if let policy {
            let authenticated = result
            result = await authorize(authenticated, by: policy, on: connection)
            // An authenticated client is not challenged: another attempt would be denied too.
            let isForbidden = result.refusalCode == .notAuthorized || result.refusalCode == .internalError
            if authenticated.client != nil, isForbidden, let refusal = Refusal(result, facts: connection.facts) {
                return forbid(refusal, connection)
            }
        }
        if requirement == .required, let refusal = Refusal(result, facts: connection.facts) {
            return await refuse(refusal, result, head, connection)
        }
        return await answer(ListenerRequest(head: head, body: body, connection: connection, authentication: result))
    }

    /// The policy of the host differs from the one that accepted the connection.
    private func misdirected(_ head: HTTPRequest, _ connection: ClientCertificateConnection) -> ListenerResponse {
        let code = ProtocolCode.misdirectedRequest.rawValue
        let identifier = DecisionIdentifier()
        ListenerMetrics.requestsRefused.increment(code)
        let host = head.authority.map { DisplayText.escaped($0) } ?? ""
        let reason = "its host '\(host)' has another policy than the connection"
        lines.refused(code, reason, identifier, connection.facts, to: logger)
        return ProblemDocument.protocolRefusal(
            .misdirectedRequest,
            code,
            "The request's host is not served on this connection.",
            identifier: identifier
        )
    }

    private func authorize(
        _ result: AuthenticationResult,
        by policy: AuthorizationPolicy,
        on connection: ClientCertificateConnection
    ) async -> AuthenticationResult {
        guard let authenticator = connection.authenticator ?? forwarding.current?.authenticator else {
            return await policy.authorize(result)
        }
        return await authenticator.authorize(result, by: policy)
    }

    private func refuse(
        _ refusal: Refusal,
        _ result: AuthenticationResult,
        _ head: HTTPRequest,
        _ connection: ClientCertificateConnection,
        sentTo certificateHost: String? = nil
    ) async -> ListenerResponse {
        report(refusal, connection)
        let challenge = ChallengeContext(
            result: result,
            facts: connection.facts,
            method: head.method.rawValue,
            host: head.authority,
            path: head.path ?? "/"
        )
        switch await (connection.authenticator ?? forwarding.current?.authenticator)?.challenge(challenge) {
        case .redirect(let location)? where !head.isTarget(of: location):
            return ListenerResponse(
                status: .temporaryRedirect,
                headerFields: [.location: location, .cacheControl: "no-store"]
            )
        case .refuse?, .redirect?, nil:
            if let certificateHost, !head.isFor(host: certificateHost) {
                return ListenerRequest(head: head, body: [], connection: connection, authentication: result)
                    .redirect(toCertificateHost: certificateHost)
            }
            return refusal.problem(exposingDetails: exposesFailureDetails).response
        }
    }

    /// A refusal that no hook replaces.
    private func forbid(
        _ refusal: Refusal,
        _ connection: ClientCertificateConnection,
        authenticated client: AuthenticatedClient? = nil
    ) -> ListenerResponse {
        report(refusal, connection, authenticated: client)
        return refusal.problem(exposingDetails: exposesFailureDetails).response
    }

    /// Counts a refusal, and logs it unless the authenticator already has.
    ///
    /// - Parameter client: the client if it is authenticated; its verdict is counted already.
    private func report(
        _ refusal: Refusal,
        _ connection: ClientCertificateConnection,
        authenticated client: AuthenticatedClient? = nil
    ) {
        ListenerMetrics.requestsRefused.increment(refusal.code)
        refusal.log(
            connection.authenticator ?? forwarding.current?.authenticator,
            connection.presentedChain,
            connection.facts,
            lines,
            authenticated: client,
            to: logger
        )
    }

    private nonisolated(nonsending) func answer(_ request: ListenerRequest) async -> ListenerResponse {
        do {
            let response = try await handler(request)
            if let refusal = response.unreported { report(refusal, request.connection) }
            return response
        } catch let failure as AuthenticationFailure {
            // A failure that a handler finds is the response, for instance a token of another client.
            return forbid(Refusal(failure), request.connection, authenticated: request.client)
        } catch {
            let identifier = DecisionIdentifier()
            let facts = request.connection.facts
            ListenerMetrics.requestsRefused.increment(FailureCode.internalError.rawValue)
            lines.handlerFailed(error, request.head.method.rawValue, identifier, facts, to: logger)
            return ProblemDocument.protocolRefusal(
                .internalServerError,
                FailureCode.internalError.rawValue,
                "The server failed.",
                identifier: identifier
            )
        }
    }
}
