// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP2

/// Checks the frames of an HTTP/2 connection before SwiftNIO's handler, which is next in the pipeline and lacks these
/// checks.
///
/// Each header, and the connection's preface, has a deadline. Frames that SwiftNIO does not count are counted. A header
/// after the end of a client's stream ends the connection with STREAM_CLOSED. GOAWAY can be announced before the final
/// one, after which SwiftNIO would accept no further stream.
final class HTTP2FrameGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The client violated a rule. Nothing that it sends later is read.
    enum Violation: Sendable {
        case headerTooSlow
        case flood
        case streamClosed
    }

    /// 32 entries of six bytes. RFC 9113 section 6.5.2 defines six settings.
    private static let mostSettingsBytes = 32 * 6

    private let timeout: TimeAmount
    private var boundaries = HTTP2FrameBoundaries()
    private var budget: HTTP2FrameBudget
    private var streams = HTTP2OpenStreams()
    private var deadline: ConnectionDeadline?
    private var context: ChannelHandlerContext?
    private var isOver = false

    /// - Parameters:
    ///   - headerTimeout: from the beginning of a header to its end.
    ///   - otherFrames: frames in 30 s that SwiftNIO does not count and no answer explains.
    init(headerTimeout: TimeAmount, otherFrames: Int) {
        timeout = headerTimeout
        budget = HTTP2FrameBudget(frames: otherFrames)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            guard let self, let context = self.context else { return }
            self.end(.headerTooSlow, context)
        }
        deadline?.move(to: timeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline = nil
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        let endings = boundaries.endings
        let wasWaiting = isWaiting
        var violation: Violation?
        boundaries.take(unwrapInboundIn(data).readableBytesView) { frame in
            violation = violation ?? self.violation(by: frame, context)
        }
        if let violation {
            end(violation, context)
            return
        }
        if !isWaiting {
            deadline?.lift()
        } else if !wasWaiting || boundaries.endings != endings {
            deadline?.move(to: timeout)
        }
        context.fireChannelRead(data)
    }

    /// Whether a frame or a header has arrived in part.
    var isFrameIncomplete: Bool { boundaries.isInFrame || isWaiting }

    /// DATA was sent, which the client will acknowledge with WINDOW_UPDATE frames.
    func didSendData(bytes: Int) { budget.earn(2 + bytes / 1024) }

    /// The stream has ended, whichever side ended it.
    func streamDidEnd(_ identifier: HTTP2StreamID) { streams.remove(UInt32(truncatingIfNeeded: Int(identifier))) }

    /// Tells the client to open no further stream, without naming the last one yet.
    ///
    /// - Source: RFC 9113 section 6.8.
    func announceEnd() {
        guard let context else { return }
        let frame: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)), promise: nil)
    }

    private func violation(by frame: HTTP2FrameBoundaries.Frame, _ context: ChannelHandlerContext) -> Violation? {
        switch frame.type {
        case HTTP2FrameBoundaries.headersType:
            if streams.isOver(frame.stream) { return .streamClosed }
            if streams.headerDidBegin(on: frame.stream, endsStream: frame.endsStream) { budget.earn(4) }
        case HTTP2FrameBoundaries.dataType:
            if frame.endsStream { streams.remove(frame.stream) }
        case HTTP2FrameBoundaries.resetType:
            streams.remove(frame.stream)
        case HTTP2FrameBoundaries.settingsType:
            // SwiftNIO counts the frames, but visits all streams for each entry.
            guard frame.length <= Self.mostSettingsBytes else { return .flood }
        default:
            let isCounted =
                frame.type >= HTTP2FrameBoundaries.goAwayType && frame.type != HTTP2FrameBoundaries.continuationType
            guard !isCounted || budget.spend(at: context.eventLoop.now) else { return .flood }
        }
        return nil
    }

    private func end(_ violation: Violation, _ context: ChannelHandlerContext) {
        isOver = true
        deadline?.lift()
        context.fireUserInboundEventTriggered(violation)
    }

    private var isWaiting: Bool { boundaries.isOpening || boundaries.isInHeaderBlock }
}

@available(*, unavailable)
extension HTTP2FrameGuard: Sendable {}
