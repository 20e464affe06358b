// SPDX-License-Identifier: Apache-2.0
// What the streams of one HTTP/2 connection share: the client, its deadlines and its end.

import CertAuth
import CertAuthTLS
import Logging
import NIOCore
import NIOHTTP2

/// One HTTP/2 connection, behind SwiftNIO's handler; the requests are with the handlers of its streams.
///
/// It answers the same events as `HTTP1ConnectionHandler`.
final class HTTP2ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private enum Phase {
        case open
        /// The client is told to open no further stream; those that it opens before it knows are answered.
        case announced
        /// The client knows which stream was the last; those up to it are answered, then the connection closes.
        case draining
        case closed
    }

    private let limits: HTTPSListenerLimits
    private let logger: Logger
    private let frames: HTTP2FrameGuard
    /// What TLS knows of the client; nil until it was let in, before any stream.
    private(set) var client: ClientCertificateConnection?
    private(set) var peer = ConnectionPeer.unknown
    private var phase = Phase.open
    private var context: ChannelHandlerContext?
    private var deadline: ConnectionDeadline?
    private var streams: [ObjectIdentifier: HTTP2StreamHandler] = [:]
    private var lastStream = HTTP2StreamID.rootStream
    private var room: HTTP2BodyRoom
    /// Streams that have room and have not been told.
    private var admitted = CircularBuffer<ObjectIdentifier>()
    private var isGivingRoom = false
    private var promptAnswers = PromptAnswers()
    /// Requests with the gate, those of streams that are gone included.
    private var runningRequests = 0
    private var unsentAnswers = 0
    private var isPolicyReplaced = false
    /// Until then the first GOAWAY waits for a header that has begun to arrive.
    private var headerDue: NIODeadline?
    /// The client sends no more: what it has sent is answered.
    private var isInputClosed = false
    /// The error that SwiftNIO told the client before it gave the connection up.
    private var connectionError: NIOHTTP2.HTTP2ErrorCode?

    /// How long the client may take to acknowledge the first GOAWAY.
    private static let roundTrip = TimeAmount.seconds(1)
    /// The contents of the PING that follows it.
    private static let roundTripPing = HTTP2PingData(withInteger: 0x676F_6177_6179)

    init(limits: HTTPSListenerLimits, logger: Logger, frames: HTTP2FrameGuard) {
        self.limits = limits
        self.logger = logger
        self.frames = frames
        let (bytes, overflows) = limits.bodyBytes.multipliedReportingOverflow(by: limits.http2.arrivingBodies)
        room = HTTP2BodyRoom(bytes: overflows ? .max : bytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.timeDidRunOut(context)
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

    /// Frames of the connection as a whole; SwiftNIO has dealt with all but the client's GOAWAY and its answer to our PING.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .goAway:
            isInputClosed = true
            settle(context)
        case .ping(Self.roundTripPing, ack: true):
            if case .announced = phase { nameLastStream(context) }
        default:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        promptAnswers.turnDidEnd()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let admitted as ClientCertificateConnection:
            client = admitted
            context.channel.connectionPeer().assumeIsolated().whenSuccess { [weak self] in self?.peer = $0 }
            deadline?.move(to: limits.idleTimeout)
        case is ChannelShouldQuiesceEvent:
            drain(context)
        case is PolicyReplacedEvent:
            policyWasReplaced(context)
        case let refusal as ClientRefusal:
            clientIsRefused(refusal, context)
            context.fireUserInboundEventTriggered(event)
        case is ForcedCloseEvent:
            close(.noError, context)
        case let violation as HTTP2FrameGuard.Violation:
            end(violation, context)
        case ChannelEvent.inputClosed as ChannelEvent:
            isInputClosed = true
            for stream in streams.values { stream.inputDidClose() }
            settle(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .closed = phase { return }
        if let connectionError {
            // What a client sent stands in the error too, so only its kind is told.
            report(connectionError.word, "\(type(of: error))")
            closeChannel(context)
        } else if error is any NIOHTTP2Error {
            // One stream's, which was reset; the others go on.
        } else if !(error is TLSServerError) {
            closeChannel(context)
        }
    }

    /// Whether there are no more streams than there may be, this one included.
    ///
    /// SwiftNIO counts too, but takes its own number of 100 until the client has acknowledged ours.
    var mayHoldStreams: Bool { streams.count <= limits.http2.concurrentStreams }

    /// A stream was opened, and holds the connection open.
    func streamDidOpen(_ stream: HTTP2StreamHandler, _ identifier: HTTP2StreamID) {
        streams[ObjectIdentifier(stream)] = stream
        lastStream = max(lastStream, identifier)
        guard case .open = phase else { return }
        deadline?.lift()
        // The one that a new connection may have, judged by the policy in force.
        if isPolicyReplaced, let context { drain(context) }
    }

    func streamDidEnd(_ stream: HTTP2StreamHandler, _ identifier: HTTP2StreamID) {
        leaveRoom(stream)
        frames.streamDidEnd(identifier)
        guard streams.removeValue(forKey: ObjectIdentifier(stream)) != nil, let context else { return }
        settle(context)
    }

    /// Has the stream told, now or later, that its body may be read.
    func askForRoom(for stream: HTTP2StreamHandler, bytes: Int) {
        if room.enter(ObjectIdentifier(stream), bytes: bytes) { stream.roomWasGiven() }
    }

    /// The stream's body is held no longer.
    ///
    /// A body that is there already is answered at once and leaves from within: the loop that began goes on.
    func leaveRoom(_ stream: HTTP2StreamHandler) {
        admitted += room.leave(ObjectIdentifier(stream))
        guard !isGivingRoom else { return }
        isGivingRoom = true
        defer { isGivingRoom = false }
        while let next = admitted.popFirst() { streams[next]?.roomWasGiven() }
    }

    /// Returns false when as many requests as there may be are being answered.
    func requestDidBegin() -> Bool {
        guard runningRequests < limits.http2.concurrentStreams else { return false }
        runningRequests += 1
        return true
    }

    func requestDidEnd() { runningRequests -= 1 }

    /// Whether one more request may be answered in this turn of the event loop.
    func mayAnswerAtOnce() -> Bool { promptAnswers.mayBegin() }

    func answerDidBegin() { unsentAnswers += 1 }

    func answerDidEnd() {
        unsentAnswers -= 1
        if let context { settle(context) }
    }

    private var isQuiet: Bool { streams.isEmpty && unsentAnswers == 0 }

    /// Closes or waits once nothing is under way.
    private func settle(_ context: ChannelHandlerContext) {
        guard isQuiet else { return }
        switch phase {
        case .open where isInputClosed, .announced where isInputClosed: nameLastStream(context)
        case .open: deadline?.move(to: limits.idleTimeout)
        case .announced: break
        case .draining: closeChannel(context)
        case .closed: break
        }
    }

    /// What has begun is answered and is the last; one that has had no request may have one, for a moment.
    private func policyWasReplaced(_ context: ChannelHandlerContext) {
        let isFirst = !isPolicyReplaced
        isPolicyReplaced = true
        guard case .open = phase else { return }
        if lastStream == .rootStream {
            guard let client else { return }
            if !client.adoptPolicyInForce() {
                drain(context)
            } else if isFirst {
                deadline?.move(to: limits.headerTimeout)
            }
        } else {
            drain(context)
        }
    }

    /// What has begun is answered within the grace; a connection that waits for its next request is closed by TLS.
    private func clientIsRefused(_ refusal: ClientRefusal, _ context: ChannelHandlerContext) {
        switch phase {
        case .open where !isQuiet, .announced where !isQuiet, .draining where !isQuiet:
            refusal.finishRequests()
            nameLastStream(context)
        case .open, .announced:
            phase = .closed
            sendGoAway(.noError, context)
        case .draining, .closed:
            break
        }
    }

    /// Ends the connection in two steps: the client is told to open no further stream, and once it knows, which stream was
    /// the last.
    ///
    /// Many clients fail the requests that a single GOAWAY crosses, although they may send them again.
    ///
    /// - Source: RFC 9113 section 6.8.
    private func drain(_ context: ChannelHandlerContext) {
        guard case .open = phase else { return }
        guard !isInputClosed else { return nameLastStream(context) }
        phase = .announced
        frames.announceEnd()
        let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(Self.roundTripPing, ack: false))
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
        headerDue = context.eventLoop.now + limits.headerTimeout
        deadline?.move(to: Self.roundTrip)
    }

    /// Takes no more streams: what the client sends on later ones it may send again elsewhere.
    private func nameLastStream(_ context: ChannelHandlerContext) {
        switch phase {
        case .open, .announced: break
        case .draining, .closed: return
        }
        deadline?.lift()
        phase = .draining
        sendGoAway(.noError, context)
        settle(context)
    }

    /// The connection was idle for too long, or the client does not acknowledge the first GOAWAY.
    private func timeDidRunOut(_ context: ChannelHandlerContext) {
        guard case .announced = phase else { return drain(context) }
        // The answer to our PING cannot come before the end of a frame or header that has begun to arrive.
        if frames.isFrameIncomplete, let headerDue, context.eventLoop.now < headerDue {
            deadline?.move(to: Self.roundTrip)
        } else {
            nameLastStream(context)
        }
    }

    private func end(_ violation: HTTP2FrameGuard.Violation, _ context: ChannelHandlerContext) {
        switch violation {
        case .headerTooSlow:
            report("header-timeout", "a header did not arrive in time")
            close(.enhanceYourCalm, context)
        case .flood:
            report("http2-flood", "too many frames that do nothing")
            close(.enhanceYourCalm, context)
        case .streamClosed:
            report("http2-stream-closed", "a header came on a stream that its client had ended")
            close(.streamClosed, context)
        }
    }

    /// Ends the connection at once, answered or not.
    private func close(_ code: NIOHTTP2.HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        if case .closed = phase { return }
        sendGoAway(code, context)
        closeChannel(context)
    }

    private func closeChannel(_ context: ChannelHandlerContext) {
        phase = .closed
        deadline?.lift()
        context.flush()
        context.close(promise: nil)
    }

    private func sendGoAway(_ code: NIOHTTP2.HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: lastStream, errorCode: code, opaqueData: nil)
        context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }

    private func report(_ code: String, _ reason: String) {
        ListenerMetrics.http2ConnectionsRefused.increment(code)
        let metadata = LogMetadata(.code, code).with(.peer, client?.facts.peerAddress)
        logger.info("HTTP/2 connection ended: \(reason)", metadata: metadata.values)
    }

    private func end() {
        phase = .closed
        deadline = nil
        streams.removeAll()
    }
}

extension HTTP2ConnectionHandler: NIOHTTP2FrameDelegate {
    /// Learns that SwiftNIO gives the connection up, which its error alone does not tell from a stream's, and what the client
    /// has to acknowledge.
    func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .goAway(_, let code, _): if code != .noError { connectionError = code }
        case .data(let data): frames.didSendData(bytes: data.data.readableBytes)
        default: break
        }
    }
}

extension NIOHTTP2.HTTP2ErrorCode {
    /// A stable word for logs and metrics.
    fileprivate var word: String {
        switch self {
        case .protocolError: "http2-protocol"
        case .flowControlError: "http2-flow-control"
        case .frameSizeError: "http2-frame-size"
        case .compressionError: "http2-compression"
        case .enhanceYourCalm: "http2-flood"
        default: "http2-error"
        }
    }
}

@available(*, unavailable)
extension HTTP2ConnectionHandler: Sendable {}
