// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
import NIOCore
import NIOHTTP2

/// One HTTP/2 connection, after SwiftNIO's handler. Executes what its state machine decides.
///
/// It shares the client with the handlers of the streams, and answers the same events as `HTTP1ConnectionHandler`.
final class HTTP2ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let limits: HTTPSListenerLimits
    private let gate: RequestGate
    private let frames: HTTP2FrameGuard
    private var state: HTTP2ConnectionStateMachine
    /// The client's connection. Nil until the client is admitted, which precedes any stream.
    private(set) var client: ClientCertificateConnection?
    private(set) var peer = ConnectionPeer.unknown
    private var context: ChannelHandlerContext?
    private var deadline: ConnectionDeadline?
    private var streams: [ObjectIdentifier: HTTP2StreamHandler] = [:]
    private var room: HTTP2RoomQueue

    /// The data of the PING that follows the first GOAWAY.
    private static let roundTripPing = HTTP2PingData(withInteger: 0x676F_6177_6179)

    init(limits: HTTPSListenerLimits, gate: RequestGate, frames: HTTP2FrameGuard) {
        self.limits = limits
        self.gate = gate
        self.frames = frames
        state = HTTP2ConnectionStateMachine(limits: limits)
        let (bytes, overflows) = limits.bodyBytes.multipliedReportingOverflow(by: limits.http2.arrivingBodies)
        room = HTTP2RoomQueue(bytes: overflows ? .max : bytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            let isFrameIncomplete = self.frames.isFrameIncomplete
            let now = context.eventLoop.now
            self.perform(self.state.timeDidRunOut(isFrameIncomplete: isFrameIncomplete, at: now), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// Frames of the connection itself. SwiftNIO has handled all but the client's GOAWAY and its answer to our PING.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .goAway:
            state.inputDidClose()
            perform(state.settle(), context)
        case .ping(Self.roundTripPing, ack: true):
            perform(state.endWasAcknowledged(), context)
        default:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        state.turnDidEnd()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let admitted as ClientCertificateConnection:
            client = admitted
            context.channel.connectionPeer(of: client).assumeIsolated().whenSuccess { [weak self] in self?.peer = $0 }
            perform(state.clientWasAdmitted(), context)
        case is ChannelShouldQuiesceEvent:
            perform(state.drain(at: context.eventLoop.now), context)
        case is PolicyReplacedEvent:
            perform(state.policyWasReplaced(at: context.eventLoop.now), context)
        case let refusal as ClientRefusal:
            let refused = state.clientWasRefused()
            if refused.finishesRequests { refusal.finishRequests() }
            perform(refused.action, context)
            context.fireUserInboundEventTriggered(event)
        case is ForcedCloseEvent:
            perform(state.close(.noError), context)
        case let violation as HTTP2FrameGuard.Violation:
            report(violation.word, violation.reason)
            perform(state.close(violation.errorCode), context)
        case ChannelEvent.inputClosed as ChannelEvent:
            state.inputDidClose()
            for stream in streams.values { stream.inputDidClose() }
            perform(state.settle(), context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let kind: HTTP2ConnectionStateMachine.PipelineError =
            if error is any NIOHTTP2Error { .http2 } else if error is TLSServerError { .tls } else { .other }
        let action = state.errorWasCaught(kind)
        // The error contains bytes from the client, so only its type is reported.
        if case .closeChannel(let code?) = action { report(code.word, "\(type(of: error))") }
        perform(action, context)
    }

    /// Whether the number of streams, including the calling one, is within the limit.
    var mayHoldStreams: Bool { state.mayHoldStreams }

    func streamDidOpen(_ stream: HTTP2StreamHandler, _ identifier: HTTP2StreamID) {
        streams[ObjectIdentifier(stream)] = stream
        guard let context else { return }
        perform(state.streamDidOpen(identifier, at: context.eventLoop.now), context)
    }

    func streamDidEnd(_ stream: HTTP2StreamHandler, _ identifier: HTTP2StreamID) {
        leaveRoom(stream)
        frames.streamDidEnd(identifier)
        guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil, let context else { return }
        perform(state.streamDidEnd(), context)
    }

    /// Notifies the stream, now or later, that its body may be read.
    func askForRoom(for stream: HTTP2StreamHandler, bytes: Int) {
        if room.enter(ObjectIdentifier(stream), bytes: bytes) { stream.roomWasGiven() }
    }

    /// Releases the room of a stream's body.
    func leaveRoom(_ stream: HTTP2StreamHandler) {
        guard room.leave(ObjectIdentifier(stream)) else { return }
        while let next = room.nextAdmitted() { streams[next]?.roomWasGiven() }
    }

    /// Returns false if the maximum number of requests is already being answered.
    func requestDidBegin() -> Bool { state.requestDidBegin() }

    func requestDidEnd() { state.requestDidEnd() }

    /// Whether one more request may be answered in this turn of the event loop.
    func mayAnswerAtOnce() -> Bool { state.mayAnswerAtOnce() }

    func answerDidBegin() { state.answerDidBegin() }

    func answerDidEnd() {
        let action = state.answerDidEnd()
        if let context { perform(action, context) }
    }

    private func perform(_ action: HTTP2ConnectionStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .wait(let time): deadline?.move(to: time)
        case .liftDeadline: deadline?.lift()
        case .adoptPolicy(let time): adoptPolicy(thenWait: time, context)
        case .announceEnd(let time):
            frames.announceEnd()
            let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(Self.roundTripPing, ack: false))
            context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
            deadline?.move(to: time)
        case .nameLastStream(let last):
            deadline?.lift()
            sendGoAway(.noError, last, context)
            perform(state.settle(), context)
        case .sendGoAway(let last): sendGoAway(.noError, last, context)
        case .close(let code, let last):
            sendGoAway(code, last, context)
            closeChannel(context)
        case .closeChannel: closeChannel(context)
        }
    }

    private func adoptPolicy(thenWait time: TimeAmount?, _ context: ChannelHandlerContext) {
        guard let client else { return }
        if !client.adoptPolicyInForce() {
            perform(state.drain(at: context.eventLoop.now), context)
        } else if let time {
            deadline?.move(to: time)
        }
    }

    private func closeChannel(_ context: ChannelHandlerContext) {
        deadline?.lift()
        context.flush()
        context.close(promise: nil)
    }

    private func sendGoAway(
        _ code: NIOHTTP2.HTTP2ErrorCode,
        _ lastStream: HTTP2StreamID,
        _ context: ChannelHandlerContext
    ) {
        let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: lastStream, errorCode: code, opaqueData: nil)
        context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }

    private func report(_ code: ProtocolCode, _ reason: String) {
        ListenerMetrics.http2ConnectionsRefused.increment(code.rawValue)
        gate.lines.connectionEnded(code, reason, client?.facts, to: gate.logger)
    }

    /// Releases everything once the channel is closed.
    private func end() {
        state.channelDidClose()
        deadline = nil
        streams.removeAll()
    }
}

extension HTTP2ConnectionHandler: NIOHTTP2FrameDelegate {
    /// Detects that SwiftNIO abandons the connection, because its error does not differ from a stream's, and records
    /// what the client has to acknowledge.
    func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .goAway(_, let code, _): state.goAwayWasSent(code)
        case .data(let data): frames.didSendData(bytes: data.data.readableBytes)
        default: break
        }
    }
}

extension NIOHTTP2.HTTP2ErrorCode {
    /// A stable word for logs and metrics.
    fileprivate var word: ProtocolCode {
        switch self {
        case .protocolError: .http2Protocol
        case .flowControlError: .http2FlowControl
        case .frameSizeError: .http2FrameSize
        case .compressionError: .http2Compression
        case .enhanceYourCalm: .http2Flood
        default: .http2Error
        }
    }
}

extension HTTP2FrameGuard.Violation {
    /// A stable word for logs and metrics.
    fileprivate var word: ProtocolCode {
        switch self {
        case .headerTooSlow: .headerTimeout
        case .flood: .http2Flood
        case .streamClosed: .http2StreamClosed
        }
    }

    fileprivate var reason: String {
        switch self {
        case .headerTooSlow: "a header did not arrive in time"
        case .flood: "too many frames that do nothing"
        case .streamClosed: "a header came on a stream that its client had ended"
        }
    }

    fileprivate var errorCode: NIOHTTP2.HTTP2ErrorCode {
        switch self {
        case .headerTooSlow, .flood: .enhanceYourCalm
        case .streamClosed: .streamClosed
        }
    }
}

@available(*, unavailable)
extension HTTP2ConnectionHandler: Sendable {}
