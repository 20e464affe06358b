// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Closes a connection without TLS in two steps: it shuts down the sending side, then gives the peer time to read.
///
/// Closing a socket with unread input resets the connection, and the peer would lose the last response.
final class PlainClosingHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// How long the peer may take to close.
    private static let timeout = TimeAmount.seconds(2)

    private var isClosing = false
    private var isInputClosed = false
    private var promise: EventLoopPromise<Void>?
    private var task: Scheduled<Void>?

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isClosing { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            if isClosing {
                context.close(promise: nil)
                return
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !isInputClosed, context.channel.isActive else {
            context.close(mode: mode, promise: promise)
            return
        }
        if let promise, let held = self.promise {
            held.futureResult.cascade(to: promise)
        } else if let promise {
            self.promise = promise
        }
        guard !isClosing else { return }
        isClosing = true
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        task = context.eventLoop.scheduleTask(in: Self.timeout) { bound.value.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.read()
    }

    private func end() {
        task?.cancel()
        task = nil
        promise?.succeed()
        promise = nil
    }
}

@available(*, unavailable)
extension PlainClosingHandler: Sendable {}
