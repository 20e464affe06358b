// SPDX-License-Identifier: Apache-2.0
// Stops accepting while too many connections are open.

import NIOCore

/// Stops accepting while `limit` connections are open; stands in the listening channel.
final class ConnectionLimitHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = any Channel

    private let limit: Int
    private var openCount = 0
    private var isReadHeld = false

    init(limit: Int) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        openCount += 1
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        unwrapInboundIn(data).closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            bound.value.handler.connectionDidClose(bound.value.context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if openCount >= limit {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    private func connectionDidClose(_ context: ChannelHandlerContext) {
        openCount -= 1
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }
}
