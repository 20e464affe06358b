// SPDX-License-Identifier: Apache-2.0
// Gives each header, and the connection's preface, a deadline.

import NIOCore

/// Stands before SwiftNIO's handler, which tells of a header only when it is whole, and fires an event when one takes
/// too long.
final class HTTP2HeaderDeadlineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// A header, or the preface, did not arrive in time.
    struct Expired: Sendable {}

    private let timeout: TimeAmount
    private var boundaries = HTTP2FrameBoundaries()
    /// When what is arriving began to.
    private var begin = NIODeadline.now()
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(timeout: TimeAmount) { self.timeout = timeout }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wait(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let endings = boundaries.endings
        let wasWaiting = isWaiting
        boundaries.take(unwrapInboundIn(data).readableBytesView)
        if !isWaiting {
            stop()
        } else if !wasWaiting || boundaries.endings != endings {
            begin = .now()
            if deadline == nil { wait(context) }
        }
        context.fireChannelRead(data)
    }

    private var isWaiting: Bool { boundaries.isOpening || boundaries.isInHeaderBlock }

    private func wait(_ context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(deadline: begin + timeout) { [weak self] in
            guard let self, let context = self.context else { return }
            // Another header may have begun since.
            if NIODeadline.now() < self.begin + self.timeout {
                self.wait(context)
            } else {
                context.fireUserInboundEventTriggered(Expired())
            }
        }
    }

    private func stop() {
        deadline?.cancel()
        deadline = nil
    }
}

@available(*, unavailable)
extension HTTP2HeaderDeadlineHandler: Sendable {}
