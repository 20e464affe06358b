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
    private var deadline: ConnectionDeadline?
    private var context: ChannelHandlerContext?

    init(timeout: TimeAmount) { self.timeout = timeout }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = ConnectionDeadline(on: context.eventLoop) { [weak self] in
            self?.context?.fireUserInboundEventTriggered(Expired())
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
        let endings = boundaries.endings
        let wasWaiting = isWaiting
        boundaries.take(unwrapInboundIn(data).readableBytesView)
        if !isWaiting {
            deadline?.lift()
        } else if !wasWaiting || boundaries.endings != endings {
            deadline?.move(to: timeout)
        }
        context.fireChannelRead(data)
    }

    private var isWaiting: Bool { boundaries.isOpening || boundaries.isInHeaderBlock }
}

@available(*, unavailable)
extension HTTP2HeaderDeadlineHandler: Sendable {}
