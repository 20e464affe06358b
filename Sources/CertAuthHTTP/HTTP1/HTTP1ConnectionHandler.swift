// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
import HTTPTypes
import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection. Executes what its state machine decides.
final class HTTP1ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let gate: RequestGate
    private let limits: HTTPSListenerLimits
    /// The ends of requests, followed in mode `delayed` and when the connection is about to end.
    private let bounds: RequestBounds
    /// The parts, for the decoder.
    private let parts: DecodedParts
    private let isSecure: Bool
    private var state: HTTP1ConnectionStateMachine
    private var connection: ClientCertificateConnection?
    private var peer = ConnectionPeer.unknown
    private var context: ChannelHandlerContext?
    private var deadline: ConnectionDeadline?
    private var task: Task<Void, Never>?
    /// The protocol that the peer uses instead of HTTP, by its first bytes.
    private var misplaced: MisplacedProtocol?

    init(
        gate: RequestGate,
        limits: HTTPSListenerLimits,
        bounds: RequestBounds,
        parts: DecodedParts,
        isSecure: Bool
    ) {
        self.gate = gate
        self.limits = limits
        self.bounds = bounds
        self.parts = parts
        self.isSecure = isSecure
        state = HTTP1ConnectionStateMachine(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.perform(self.state.timeDidRunOut(), context)
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
        if state.readWasRequested() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        parts.partDidArrive(part)
        if bounds.isFollowing { bounds.partDidArrive(part) }
        perform(state.received(part, assembly: { head throws(RequestDefect) in try assembly(of: head) }), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.turnDidEnd()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let admitted as ClientCertificateConnection:
            connection = admitted
            updatePeer(context)
            perform(state.clientWasAdmitted(), context)
        case let arrival as RequestBytesHandler.Arrival:
            misplaced = misplaced ?? arrival.misplaced
            if !arrival.isBlank { noticeReload(context) }
            perform(state.bytesDidArrive(arrival.byteCount, isBlank: arrival.isBlank), context)
        case is ChannelShouldQuiesceEvent:
            perform(state.shutdownBegan(at: context.eventLoop.now), context)
        case is PolicyReplacedEvent:
            perform(state.policyWasReplaced(at: context.eventLoop.now), context)
        case let refusal as ClientRefusal:
            if state.clientWasRefused() { refusal.finishRequests() }
            context.fireUserInboundEventTriggered(event)
        case is ForcedCloseEvent:
            perform(state.close(), context)
        case ChannelEvent.inputClosed as ChannelEvent:
            perform(state.inputDidClose(), context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Passes a request for the client's certificate to TLS only if exactly one request, and no other byte, has
    /// arrived.
    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if let request = event as? LateCertificateRequest {
            guard state.allowsLateCertificate(isBoundKnown: !bounds.isLost) else {
                promise?.succeed()
                request.answer.fail(LateCertificateError.pipelined)
                return
            }
            request.answer.futureResult.assumeIsolated().whenFailure { [weak self] error in
                if case LateCertificateError.timedOut = error { self?.state.lateCertificateTimedOut() }
            }
        }
        context.triggerUserOutboundEvent(event, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError {
            perform(state.parsingFailed(error.defect), context)
        } else if !(error is TLSServerError) {
            // TLS has already reported its errors and closes the channel. Other errors mean that the socket is closed.
            perform(state.close(), context)
        }
    }

    /// Applies a reload before its event arrives, when the first bytes of a request arrive. The new policy decides on this
    /// request, so its answer is the last one.
    ///
    /// The request itself adopts the policy, and is answered 421 if that fails. This is the last moment at which the bounds
    /// of requests are known, because nothing of the request is decoded yet.
    private func noticeReload(_ context: ChannelHandlerContext) {
        guard case .idle(isHeaderArriving: false) = state.phase, let connection, connection.isPolicyOutdated else {
            return
        }
        if state.policyWasReplaced(at: context.eventLoop.now).followsRequests { bounds.isFollowing = true }
    }

    private func plainConnectionDidOpen(_ context: ChannelHandlerContext) {
        guard connection == nil else { return }
        connection = ClientCertificateConnection(plainFrom: context.remoteAddress?.peerText)
        updatePeer(context)
        perform(state.plainConnectionDidOpen(), context)
    }

    private func updatePeer(_ context: ChannelHandlerContext) {
        context.channel.connectionPeer(of: connection).assumeIsolated().whenSuccess { [weak self] in self?.peer = $0 }
    }

    private func perform(_ drain: HTTP1ConnectionStateMachine.Drain, _ context: ChannelHandlerContext) {
        if drain.followsRequests { bounds.isFollowing = true }
        perform(drain.action, context)
    }

    private func perform(_ action: HTTP1ConnectionStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .wait(let time): deadline?.move(to: time)
        case .receiveBody(let time, let sendsContinue):
            deadline?.move(to: time)
            if sendsContinue { sendContinue(context) }
        case .answer(let head, let body, let trailers): answer(head, body, trailers, context)
        case .refuse(let defect):
            let answer = gate.refuse(defect, connection?.facts, misplaced: misplaced)
            send(answer, to: nil, keepsAlive: false, context)
        case .takeQueued(let time):
            deadline?.move(to: time)
            while let next = state.nextQueued(
                assembly: { head throws(RequestDefect) in try assembly(of: head) }
            ) {
                perform(next, context)
            }
        case .read: context.read()
        case .adoptPolicy(let time):
            guard let connection else { break }
            if !connection.adoptPolicyInForce() {
                perform(state.close(), context)
            } else if let time {
                deadline?.move(to: time)
            }
        case .close:
            release()
            context.close(promise: nil)
        }
    }

    private func assembly(of head: HTTPRequestHead) throws(RequestDefect) -> HTTP1RequestAssembly {
        try HTTP1RequestAssembly(head, isSecure: isSecure, headerBytes: limits.headerBytes) { request in
            guard let connection else { return limits.bodyBytes }
            return gate.mayAskLate(for: request, connection) ? limits.delayedBodyBytes : limits.bodyBytes
        }
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        let interim = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
    }

    private func answer(
        _ head: HTTPRequest,
        _ body: [UInt8],
        _ trailers: HTTPFields,
        _ context: ChannelHandlerContext
    ) {
        guard let connection else {
            // Plaintext arrives only after the connection was announced.
            perform(state.close(), context)
            return
        }
        deadline?.lift()
        let arrived = ArrivedRequest(head: head, body: body, trailers: trailers, peer: peer, connection: connection)
        // If a late certificate may be requested, the answer waits until everything that arrived together was seen.
        if connection.mode != .delayed, state.mayAnswerAtOnce() {
            let answer = PendingAnswer()
            task = Task.begun { [gate] in answer.succeed(await gate.response(to: arrived)) }
            if state.isClosed { task?.cancel() }
            if let response = answer.response(else: { promisedAnswer(context) }) { answerIsReady(response) }
        } else {
            let answer = promisedAnswer(context)
            task = Task { [gate] in answer.succeed(await gate.response(to: arrived)) }
            if state.isClosed { task?.cancel() }
        }
        perform(state.answerIsAwaited(), context)
    }

    /// A promise of an answer that is sent when the loop comes back.
    private func promisedAnswer(_ context: ChannelHandlerContext) -> EventLoopPromise<ListenerResponse> {
        let promise = context.eventLoop.makePromise(of: ListenerResponse.self)
        promise.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.answerIsReady($0) }
        return promise
    }

    private func answerIsReady(_ response: ListenerResponse) {
        guard let context else { return }
        switch state.answerIsReady(at: context.eventLoop.now) {
        case .discard: break
        case .lookAhead:
            task = nil
            // The event loop reads what the socket contains before this task runs.
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { [weak self] in
                self?.answerIsReady(response)
            }
        case .send(let request, let keepsAlive):
            task = nil
            send(response, to: request, keepsAlive: keepsAlive, context)
        }
    }

    private func send(
        _ response: ListenerResponse,
        to request: HTTP1ConnectionStateMachine.AnsweredRequest?,
        keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        deadline?.move(to: TimeAmount(limits.responseTimeout))
        let head = response.head(version: request?.version ?? .http1_1, keepsAlive: keepsAlive)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = response.sentBody(answering: request?.method)
        if !body.isEmpty {
            var bytes = context.channel.allocator.buffer(capacity: body.count)
            bytes.writeBytes(body)
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self] result in
            guard let self, let context = self.context else { return }
            self.perform(self.state.answerWasSent(isWhole: (try? result.get()) != nil), context)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }

    /// Releases everything once the channel is closed.
    private func end() {
        state.channelDidClose()
        release()
    }

    private func release() {
        deadline = nil
        task?.cancel()
        task = nil
    }
}

@available(*, unavailable)
extension HTTP1ConnectionHandler: Sendable {}
