// SPDX-License-Identifier: Apache-2.0
// One HTTP/2 stream: one request within its deadlines, and its answer.

import CertAuth
import CertAuthTLS
import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request on a stream of its own; shares everything that is known of the client with the connection's others.
final class HTTP2StreamHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum Phase {
        case idle
        case receiving(HTTP2RequestAssembly)
        case responding
        /// The answer is being sent; what still comes is not read.
        case finishing
        case closed
    }

    private let connection: HTTP2ConnectionHandler
    private let gate: RequestGate
    private let limits: HTTPSListenerLimits
    private var identifier = HTTP2StreamID.rootStream
    private var phase = Phase.idle
    private var method: HTTPRequest.Method?
    private var context: ChannelHandlerContext?
    private var deadline: ConnectionDeadline?
    private var task: Task<Void, Never>?
    private var isRequestWhole = false
    /// The body may be read.
    private var hasRoom = false

    init(connection: HTTP2ConnectionHandler, gate: RequestGate, limits: HTTPSListenerLimits) {
        self.connection = connection
        self.gate = gate
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.timeDidRunOut(context)
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
        do throws(RequestDefect) {
            switch (unwrapInboundIn(data), phase) {
            case (.headers(let block), .idle):
                try begin(block, context)
            case (.headers(let block), .receiving(var request)):
                try request.append(trailers: block.headers)
                proceed(request, isWhole: block.endStream, context)
            case (.data(let data), .receiving(var request)):
                phase = .idle
                if case .byteBuffer(let bytes) = data.data { try request.append(bytes) }
                proceed(request, isWhole: data.endStream, context)
            default:
                break
            }
        } catch {
            respond(error.response, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if case .receiving = phase, hasRoom { context.read() }
    }

    /// The stream's end follows by itself; what SwiftNIO could not send leaves it open.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    /// The connection has room for the body.
    func roomWasGiven() {
        guard case .receiving(let request) = phase, let context else { return }
        hasRoom = true
        deadline?.move(to: limits.bodyTimeout)
        if request.expectsContinue {
            let interim = HTTP2Frame.FramePayload.Headers(headers: [":status": "100"])
            context.writeAndFlush(wrapOutboundOut(.headers(interim)), promise: nil)
        }
        context.read()
    }

    /// The client sends no more on the connection: a request that is not whole stays so.
    func inputDidClose() {
        guard !isRequestWhole, let context else { return }
        context.close(promise: nil)
    }

    private func begin(
        _ block: HTTP2Frame.FramePayload.Headers,
        _ context: ChannelHandlerContext
    ) throws(RequestDefect) {
        isRequestWhole = block.endStream
        guard connection.mayHoldStreams else {
            reset(.refusedStream, context)
            return
        }
        method = block.headers.first(name: ":method").flatMap { HTTPRequest.Method($0) }
        let request = try HTTP2RequestAssembly(
            block.headers,
            headerLimit: limits.headerBytes,
            bodyLimit: limits.bodyBytes
        )
        // Nobody can be asked over HTTP/2: the answer is a refusal, or a redirect, whatever the body.
        if let client = connection.client, gate.refusesOverHTTP2(request.head, client) {
            dispatch(request, context) { [gate] in await gate.refusalOverHTTP2(of: $0) }
            return
        }
        proceed(request, isWhole: block.endStream, context)
        guard case .receiving = phase else { return }
        connection.askForRoom(for: self, bytes: request.expectedBytes)
    }

    private func proceed(_ request: HTTP2RequestAssembly, isWhole: Bool, _ context: ChannelHandlerContext) {
        phase = .receiving(request)
        guard isWhole else { return }
        isRequestWhole = true
        dispatch(request, context) { [gate] in await gate.response(to: $0) }
    }

    private func dispatch(
        _ request: HTTP2RequestAssembly,
        _ context: ChannelHandlerContext,
        to respond: @escaping @Sendable (ArrivedRequest) async -> ListenerResponse
    ) {
        deadline?.lift()
        guard let client = connection.client, connection.requestDidBegin() else {
            // The client may send it again (RFC 9113 section 8.7).
            reset(.refusedStream, context)
            return
        }
        phase = .responding
        let answer = context.eventLoop.makePromise(of: ListenerResponse.self)
        let arrived = ArrivedRequest(
            head: request.head,
            body: request.body,
            trailers: request.trailers,
            peer: connection.peer,
            connection: client
        )
        let give: @Sendable () async -> Void = { answer.succeed(await respond(arrived)) }
        task = connection.mayAnswerAtOnce() ? Task.begun(give) : Task(operation: give)
        if case .closed = phase { task?.cancel() }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self, connection] response in
            connection.requestDidEnd()
            guard let self, let context = self.context, case .responding = self.phase else { return }
            self.task = nil
            self.respond(response, context)
        }
    }

    private func respond(_ response: ListenerResponse, _ context: ChannelHandlerContext) {
        phase = .finishing
        connection.leaveRoom(self)
        deadline?.move(to: limits.responseTimeout)
        connection.answerDidBegin()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self, connection] result in
            if let self, let context = self.context {
                self.answerWasSent(isWhole: (try? result.get()) != nil, context)
            }
            connection.answerDidEnd()
        }
        let body = response.sentBody(answering: method)
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

    private func answerWasSent(isWhole: Bool, _ context: ChannelHandlerContext) {
        guard case .finishing = phase else { return }
        deadline?.lift()
        if !isWhole {
            reset(.internalError, context)
        } else if !isRequestWhole {
            // RFC 9113 section 8.1: the answer holds, and the rest of the request is not wanted.
            reset(.noError, context)
        }
    }

    private func reset(_ code: NIOHTTP2.HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        phase = .closed
        deadline?.lift()
        context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }

    /// A body that does not arrive in time is answered 408; an answer that is not taken in time ends the stream.
    private func timeDidRunOut(_ context: ChannelHandlerContext) {
        switch phase {
        case .receiving: respond(RequestDefect.tooSlow.response, context)
        case .finishing: reset(.cancel, context)
        case .idle, .responding, .closed: break
        }
    }

    private func end() {
        phase = .closed
        deadline = nil
        task?.cancel()
        task = nil
        connection.streamDidEnd(self, identifier)
    }
}

@available(*, unavailable)
extension HTTP2StreamHandler: Sendable {}
