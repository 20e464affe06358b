// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 connection: one request at a time, each within its deadlines, answered in order.

import CertAuth
import CertAuthTLS
import HTTPTypes
import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection; later requests of a pipeline wait, unread as far as possible, until the first is answered.
final class HTTP1ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        case idle
        case receiving(HTTP1RequestAssembly)
        case responding
        /// The last answer is being sent; what still comes is thrown away.
        case finishing
        case closed
    }

    private let gate: RequestGate
    let limits: HTTPSListenerLimits
    /// Where requests end, in mode `delayed` and when the connection is to end.
    let bounds: RequestBounds
    private let isSecure: Bool
    var phase = Phase.idle
    var queue = CircularBuffer<HTTPServerRequestPart>()
    var connection: ClientCertificateConnection?
    private var peer = ConnectionPeer.unknown
    private var context: ChannelHandlerContext?
    var deadline: ConnectionDeadline?
    private var task: Task<Void, Never>?
    var isReadHeld = false
    private var isTakingQueued = false
    private var promptAnswers = PromptAnswers()
    var isHeaderArriving = false
    /// Bytes behind the request that is being answered have come.
    private var hasPipelinedBytes = false
    /// The bytes that came last belong to a request that is not whole.
    var isRequestIncomplete = false
    /// The answer that is being made is the connection's last.
    var isLastAnswer = false
    /// The connection is to end: requests that have been sent are answered, and if there is none, one more.
    var isQuiescing = false
    /// Bytes that were read while a request is answered.
    var aheadBytes = 0
    /// What the client has sent has been looked for behind the request that is being answered.
    var hasLookedAhead = false
    /// From then on the next answer is the last, whatever else was sent ahead.
    var lastAnswerDue: NIODeadline?
    /// The policy that let the connection in is in force no more.
    var isPolicyReplaced = false
    /// The client sends no more: what it has sent is answered.
    var isInputClosed = false
    /// The answer to bytes that could not be parsed, which comes after those to the requests before them.
    var parseFailure: ListenerResponse?

    init(gate: RequestGate, limits: HTTPSListenerLimits, bounds: RequestBounds, isSecure: Bool) {
        self.gate = gate
        self.limits = limits
        self.bounds = bounds
        self.isSecure = isSecure
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.timeDidRunOut(context)
        }
        if context.channel.isActive, !isSecure { plainConnectionDidOpen(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !isSecure { plainConnectionDidOpen(context) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        // What a client has sent ahead of a shutdown is answered, so it is looked for before the last answer.
        if case .responding = phase, !isQuiescing || aheadBytes >= Self.mostAheadBytes || parseFailure != nil {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if bounds.isFollowing { note(part) }
        if case .end = part { isRequestIncomplete = false }
        switch phase {
        case .idle, .receiving: take(part, context)
        case .responding: queue.append(part)
        case .finishing, .closed: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        promptAnswers.turnDidEnd()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let admitted as ClientCertificateConnection:
            connection = admitted
            learnPeer(context)
            if isPolicyReplaced, !admitted.adoptPolicyInForce() {
                close(context)
            } else {
                deadline?.move(to: idleTimeout)
            }
        case let arrival as RequestBytesHandler.Arrival:
            bytesDidArrive(arrival, context)
        case is ChannelShouldQuiesceEvent:
            quiesce(context)
            if case .idle = phase, !isHeaderArriving { deadline?.move(to: idleTimeout) }
        case is PolicyReplacedEvent:
            policyWasReplaced(context)
        case let refusal as ClientRefusal:
            clientIsRefused(refusal)
            context.fireUserInboundEventTriggered(event)
        case is ForcedCloseEvent:
            close(context)
        case ChannelEvent.inputClosed as ChannelEvent:
            isInputClosed = true
            closeUnlessResponding(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Lets a request for the client's certificate through to TLS while one request, and no other byte, is there.
    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if let request = event as? LateCertificateRequest {
            let isAlone = queue.isEmpty && !hasPipelinedBytes && !bounds.isLost && parseFailure == nil
            guard case .responding = phase, isAlone else {
                promise?.succeed()
                request.answer.fail(LateCertificateError.pipelined)
                return
            }
            request.answer.futureResult.assumeIsolated().whenFailure { [weak self] error in
                // What is asked of TLS cannot be taken back, so nothing may follow on this connection.
                if case LateCertificateError.timedOut = error { self?.isLastAnswer = true }
            }
        }
        context.triggerUserOutboundEvent(event, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            // TLS has reported its errors itself and closes the channel; others mean that the socket is gone.
            if !(error is TLSServerError) { close(context) }
            return
        }
        let refusal = error.refusal
        switch phase {
        case .idle, .receiving: respond(refusal, to: nil, keepsAlive: false, context)
        case .responding: parseFailure = parseFailure ?? refusal
        case .finishing, .closed: break
        }
    }

    private func plainConnectionDidOpen(_ context: ChannelHandlerContext) {
        guard connection == nil else { return }
        connection = ClientCertificateConnection(plainFrom: context.remoteAddress?.peerText)
        learnPeer(context)
        deadline?.move(to: limits.idleTimeout)
    }

    private func learnPeer(_ context: ChannelHandlerContext) {
        context.channel.connectionPeer().assumeIsolated().whenSuccess { [weak self] in self?.peer = $0 }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        do throws(HTTP1RequestAssembly.Defect) {
            switch (part, phase) {
            case (.head(let head), .idle):
                try begin(head, context)
            case (.body(let bytes), .receiving(var request)):
                phase = .idle
                try request.append(bytes)
                phase = .receiving(request)
            case (.end(let trailers), .receiving(let request)):
                dispatch(request, try HTTP1RequestAssembly.fields(of: trailers), context)
            default:
                throw .malformed
            }
        } catch {
            respond(error.response, to: nil, keepsAlive: false, context)
        }
    }

    private func bytesDidArrive(_ arrival: RequestBytesHandler.Arrival, _ context: ChannelHandlerContext) {
        // Bytes that were decoded before they are announced have had their say.
        if !arrival.isBlank, arrival.byteCount > 0 { isRequestIncomplete = true }
        switch phase {
        case .idle where !isHeaderArriving:
            isHeaderArriving = true
            deadline?.move(to: limits.headerTimeout)
        case .receiving(var request):
            phase = .idle
            do throws(HTTP1RequestAssembly.Defect) {
                try request.bytesDidArrive(arrival.byteCount)
                phase = .receiving(request)
            } catch {
                respond(error.response, to: nil, keepsAlive: false, context)
            }
        case .responding:
            if !arrival.isBlank { hasPipelinedBytes = true }
            aheadBytes += arrival.byteCount
        case .idle, .finishing, .closed:
            break
        }
    }

    private func note(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): bounds.headDidArrive(head)
        case .body: break
        case .end: bounds.requestDidEnd()
        }
    }

    private func begin(
        _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) throws(HTTP1RequestAssembly.Defect) {
        isHeaderArriving = false
        let request = try HTTP1RequestAssembly(head, isSecure: isSecure, headerBytes: limits.headerBytes) { request in
            guard let connection else { return limits.bodyBytes }
            return gate.mayAskLate(for: request, connection) ? limits.delayedBodyBytes : limits.bodyBytes
        }
        phase = .receiving(request)
        deadline?.move(to: limits.bodyTimeout)
        guard request.expectsContinue else { return }
        let interim = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
    }

    private func dispatch(_ request: HTTP1RequestAssembly, _ trailers: HTTPFields, _ context: ChannelHandlerContext) {
        guard let connection else {
            // Plaintext comes only after the connection was announced.
            close(context)
            return
        }
        phase = .responding
        deadline?.lift()
        let answer = context.eventLoop.makePromise(of: ListenerResponse.self)
        let arrived = ArrivedRequest(
            head: request.head,
            body: request.body,
            trailers: trailers,
            peer: peer,
            connection: connection
        )
        let respond: @Sendable () async -> Void = { [gate] in answer.succeed(await gate.response(to: arrived)) }
        // Clients that may be asked late, and those that may get no further answer, are answered once everything that
        // came along has been seen.
        let isPrompt = connection.mode != .delayed && !isQuiescing && promptAnswers.mayBegin()
        task = isPrompt ? Task.begun(respond) : Task(operation: respond)
        if case .closed = phase { task?.cancel() }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] response in
            guard let self, let context = self.context, case .responding = self.phase else { return }
            self.task = nil
            self.responseIsReady(response, to: request, context)
        }
        if isQuiescing { readAhead(context) }
    }

    private func responseIsReady(
        _ response: ListenerResponse,
        to request: HTTP1RequestAssembly,
        _ context: ChannelHandlerContext
    ) {
        let isLast = isAnsweringLast(context)
        guard isQuiescing, isLast, !hasLookedAhead, request.keepsAlive else {
            respond(response, to: request, keepsAlive: request.keepsAlive && !isLast, context)
            return
        }
        // The loop reads what the socket has before it comes back here.
        hasLookedAhead = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { [weak self] in
            guard let self, let context = self.context, case .responding = self.phase else { return }
            self.responseIsReady(response, to: request, context)
        }
    }

    private func respond(
        _ response: ListenerResponse,
        to request: HTTP1RequestAssembly?,
        keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        phase = keepsAlive ? .responding : .finishing
        deadline?.move(to: limits.responseTimeout)
        let head = response.head(version: request?.version ?? .http1_1, keepsAlive: keepsAlive)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = response.sentBody(answering: request?.head.method)
        if !body.isEmpty {
            var bytes = context.channel.allocator.buffer(capacity: body.count)
            bytes.writeBytes(body)
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self] result in
            guard let self, let context = self.context else { return }
            self.responseWasSent(isWhole: (try? result.get()) != nil, keepsAlive: keepsAlive, context)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    private func responseWasSent(isWhole: Bool, keepsAlive: Bool, _ context: ChannelHandlerContext) {
        // Nothing that was sent ahead counts any more once the connection is to end.
        guard isWhole, keepsAlive, !isLastAnswer else {
            close(context)
            return
        }
        guard case .responding = phase else { return }
        phase = .idle
        hasLookedAhead = false
        if queue.isEmpty { aheadBytes = 0 }
        // What is queued may be followed by half a request that only the decoder knows of.
        hasPipelinedBytes = !queue.isEmpty
        isHeaderArriving = queue.isEmpty && isRequestIncomplete
        deadline?.move(to: isHeaderArriving ? limits.headerTimeout : idleTimeout)
        takeQueued(context)
    }

    /// Takes what came while a request was being answered, up to the next answer that has to be waited for.
    ///
    /// Answers that need no waiting come back here from within: the loop that began goes on, however many there are.
    private func takeQueued(_ context: ChannelHandlerContext) {
        guard !isTakingQueued else { return }
        isTakingQueued = true
        defer { isTakingQueued = false }
        while let part = queue.popFirst() {
            if queue.isEmpty { aheadBytes = 0 }
            take(part, context)
            if case .responding = phase { return }
            if case .finishing = phase { return }
        }
        if case .idle = phase, let parseFailure {
            respond(parseFailure, to: nil, keepsAlive: false, context)
        } else if isInputClosed {
            close(context)
        } else if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// A request that does not arrive in time is answered 408 when it had begun; all else just ends.
    private func timeDidRunOut(_ context: ChannelHandlerContext) {
        switch phase {
        case .receiving:
            respond(RequestDefect.tooSlow.response, to: nil, keepsAlive: false, context)
        case .idle where isHeaderArriving:
            respond(RequestDefect.tooSlow.response, to: nil, keepsAlive: false, context)
        case .idle, .responding, .finishing, .closed:
            close(context)
        }
    }

    func close(_ context: ChannelHandlerContext) {
        end()
        context.close(promise: nil)
    }

    private func end() {
        phase = .closed
        queue.removeAll()
        deadline = nil
        task?.cancel()
        task = nil
    }
}

@available(*, unavailable)
extension HTTP1ConnectionHandler: Sendable {}
