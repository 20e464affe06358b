// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Stops accepting while `limit` connections are open; a handler of the listening channel.
///
/// At a shutdown it first accepts the connections in the system's queue: their clients have connected and may have sent
/// a request.
final class ConnectionLimitHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = any Channel

    /// How long the queue must stay empty, and how long emptying it may take.
    private static let quietTime = TimeAmount.milliseconds(5)
    private static let mostTime = TimeAmount.milliseconds(200)

    private let limit: Int
    private let registry: ConnectionRegistry
    private var openCount = 0
    private var acceptedCount = 0
    private var isReadHeld = false
    private var isStopping = false

    init(limit: Int, registry: ConnectionRegistry) {
        self.limit = limit
        self.registry = registry
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        openCount += 1
        acceptedCount += 1
        // The connection is registered before its setup, so that a shutdown waits for it.
        registry.add(channel)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is StopAcceptingEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        guard !isStopping else { return }
        isStopping = true
        closeWhenQueueIsEmpty(accepted: acceptedCount, until: context.eventLoop.now + Self.mostTime, context)
    }

    private func closeWhenQueueIsEmpty(accepted: Int, until end: NIODeadline, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.quietTime) {
            let (handler, context) = bound.value
            let isQuiet = handler.acceptedCount == accepted || handler.isReadHeld
            if isQuiet || context.eventLoop.now >= end {
                context.close(promise: nil)
            } else {
                handler.closeWhenQueueIsEmpty(accepted: handler.acceptedCount, until: end, context)
            }
        }
    }

    private func connectionDidClose(_ context: ChannelHandlerContext) {
        openCount -= 1
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }
}

/// Tells the listening channel to close once the system's queue has no connections left.
struct StopAcceptingEvent: Sendable {}
