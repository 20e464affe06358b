// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request on its own stream. Executes what its state machine decides.
///
/// It shares the client with the connection's other streams.
final class HTTP2StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let connection: HTTP2ConnectionHandler
    private let gate: RequestGate
    private let limits: HTTPSListenerLimits
    private var identifier = HTTP2StreamID.rootStream
    private var state: HTTP2StreamStateMachine
    private var context: ChannelHandlerContext?
    private var deadline: ConnectionDeadline?
    private var task: Task<Void, Never>?

    init(connection: HTTP2ConnectionHandler, gate: RequestGate, limits: HTTPSListenerLimits) {
        self.connection = connection
        self.gate = gate
        self.limits = limits
        state = HTTP2StreamStateMachine(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.perform(self.state.timeDidRunOut(), context)
        }
        let found = try? context.channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        identifier = found ?? .rootStream
        connection.streamDidOpen(self, identifier)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let block):
            let action = state.received(
                block.headers,
                endsStream: block.endStream,
                mayHoldStream: connection.mayHoldStreams
            ) { request in
                guard let client = connection.client else { return false }
                return gate.refusesOverHTTP2(request, client)
            }
            perform(action, context)
        case .data(let data):
            var bytes: ByteBuffer?
            if case .byteBuffer(let buffer) = data.data { bytes = buffer }
            perform(state.received(bytes, endsStream: data.endStream), context)
        default:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if state.reads { context.read() }
    }

    /// The stream's end is reported separately. If SwiftNIO could not send something, the stream stays open.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    /// The connection has room for the body.
    func roomWasGiven() {
        guard let context else { return }
        perform(state.roomWasGiven(), context)
    }

    /// The client has closed the connection's output, so an incomplete request stays incomplete.
    func inputDidClose() {
        guard !state.isWhole, let context else { return }
        context.close(promise: nil)
    }

    private func perform(_ action: HTTP2StreamStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .liftDeadline: deadline?.lift()
        case .askForRoom(let bytes): connection.askForRoom(for: self, bytes: bytes)
        case .receiveBody(let time, let sendsContinue):
            deadline?.move(to: time)
            if sendsContinue {
                let interim = HTTP2Frame.FramePayload.Headers(headers: [":status": "100"])
                context.writeAndFlush(wrapOutboundOut(.headers(interim)), promise: nil)
            }
            context.read()
        case .answer(let head, let body, let trailers, let needsCertificate):
            answer(head, body, trailers, needsCertificate: needsCertificate, context)
        case .refuse(let defect): send(gate.refuse(defect, connection.client?.facts), context)
        case .reset(let code):
            deadline?.lift()
            context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
        }
    }

    private func answer(
        _ head: HTTPRequest,
        _ body: [UInt8],
        _ trailers: HTTPFields,
        needsCertificate: Bool,
        _ context: ChannelHandlerContext
    ) {
        deadline?.lift()
        guard let client = connection.client, connection.requestDidBegin() else {
            perform(state.requestCannotBegin(), context)
            return
        }
        let answer = context.eventLoop.makePromise(of: ListenerResponse.self)
        let arrived = ArrivedRequest(
            head: head,
            body: body,
            trailers: trailers,
            peer: connection.peer,
            connection: client
        )
        let give: @Sendable () async -> Void = { [gate] in
            let response =
                needsCertificate ? await gate.refusalOverHTTP2(of: arrived) : await gate.response(to: arrived)
            answer.succeed(response)
        }
        task = connection.mayAnswerAtOnce() ? Task.begun(give) : Task(operation: give)
        if state.isClosed { task?.cancel() }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self, connection] response in
            connection.requestDidEnd()
            guard let self, let context = self.context, self.state.answerIsReady() else { return }
            self.task = nil
            self.send(response, context)
        }
    }

    private func send(_ response: ListenerResponse, _ context: ChannelHandlerContext) {
        connection.leaveRoom(self)
        deadline?.move(to: TimeAmount(limits.responseTimeout))
        connection.answerDidBegin()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self, connection] result in
            if let self, let context = self.context {
                self.perform(self.state.answerWasSent(isWhole: (try? result.get()) != nil), context)
            }
            connection.answerDidEnd()
        }
        let body = response.sentBody(answering: state.method)
        let head = HTTP2Frame.FramePayload.Headers(headers: response.headerBlock, endStream: body.isEmpty)
        context.write(wrapOutboundOut(.headers(head)), promise: body.isEmpty ? sent : nil)
        if !body.isEmpty {
            var bytes = context.channel.allocator.buffer(capacity: body.count)
            bytes.writeBytes(body)
            let data = HTTP2Frame.FramePayload.Data(data: .byteBuffer(bytes), endStream: true)
            context.write(wrapOutboundOut(.data(data)), promise: sent)
        }
        context.flush()
    }

    private func end() {
        state.channelDidClose()
        deadline = nil
        task?.cancel()
        task = nil
        connection.streamDidEnd(self, identifier)
    }
}

@available(*, unavailable)
extension HTTP2StreamHandler: Sendable {}
