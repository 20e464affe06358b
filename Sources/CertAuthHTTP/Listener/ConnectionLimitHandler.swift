// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Refuses further connections while the listener's limit is reached, or stops accepting; a handler of a listening
/// channel.
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

    private let limit: ConnectionLimit
    private let registry: ConnectionRegistry
    private var context: ChannelHandlerContext?
    private var acceptedCount = 0
    /// A connection that was accepted at the moment in which another channel of the listener reached the limit.
    private var parked: (any Channel)?
    private var isReadHeld = false
    private var isWaiting = false
    private var isStopping = false

    init(limit: ConnectionLimit, registry: ConnectionRegistry) {
        self.limit = limit
        self.registry = registry
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        parked?.close(promise: nil)
        parked = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        acceptedCount += 1
        guard limit.isFull else { return admit(channel, context) }
        guard limit.whenFull == .wait, parked == nil else { return refuse(channel, context) }
        parked = channel
        wait(context)
    }

    func read(context: ChannelHandlerContext) {
        if parked != nil || (limit.isFull && limit.whenFull == .wait) {
            isReadHeld = true
            wait(context)
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

    private func admit(_ channel: any Channel, _ context: ChannelHandlerContext) {
        limit.connectionDidOpen()
        // The connection is registered before its setup, so that a shutdown waits for it.
        registry.add(channel)
        let limit = NIOLoopBound(limit, eventLoop: context.eventLoop)
        channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in limit.value.connectionDidClose() }
        context.fireChannelRead(wrapInboundOut(channel))
    }

    /// Resets a connection before any handler is added. No TLS memory is allocated, and no socket stays in TIME_WAIT.
    private func refuse(_ channel: any Channel, _ context: ChannelHandlerContext) {
        ListenerMetrics.connectionsRefused.increment(FullListenerReport.code)
        limit.limitWasMet(on: context.eventLoop)
        let reset = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        (reset ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
    }

    private func wait(_ context: ChannelHandlerContext) {
        limit.limitWasMet(on: context.eventLoop)
        guard !isWaiting else { return }
        isWaiting = true
        limit.wait { [weak self] in self?.resume() }
    }

    private func resume() {
        isWaiting = false
        guard let context else { return }
        if let channel = parked, !limit.isFull {
            parked = nil
            admit(channel, context)
        }
        if parked != nil || (isReadHeld && limit.isFull) {
            wait(context)
        } else if isReadHeld {
            isReadHeld = false
            context.read()
        }
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
}

/// Tells the listening channel to close once the system's queue has no connections left.
struct StopAcceptingEvent: Sendable {}
