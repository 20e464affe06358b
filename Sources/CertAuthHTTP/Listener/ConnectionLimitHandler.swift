// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Refuses further connections while `limit` connections are open, or stops accepting; a handler of the listening
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

    private let limit: Int
    private let whenFull: FullListenerAction
    private let registry: ConnectionRegistry
    private var report: FullListenerReport
    private var openCount = 0
    private var acceptedCount = 0
    private var isReadHeld = false
    private var isStopping = false

    init(limit: Int, whenFull: FullListenerAction, registry: ConnectionRegistry, logger: Logger) {
        self.limit = limit
        self.whenFull = whenFull
        report = FullListenerReport(limit: limit, whenFull: whenFull, logger: logger)
        self.registry = registry
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        acceptedCount += 1
        guard openCount < limit else { return refuse(channel, context) }
        openCount += 1
        // The connection is registered before its setup, so that a shutdown waits for it.
        registry.add(channel)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            bound.value.handler.connectionDidClose(bound.value.context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if openCount >= limit, whenFull == .wait {
            isReadHeld = true
            limitWasMet(context)
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

    /// Resets a connection before any handler is added. No TLS memory is allocated, and no socket stays in TIME_WAIT.
    private func refuse(_ channel: any Channel, _ context: ChannelHandlerContext) {
        ListenerMetrics.connectionsRefused.increment(FullListenerReport.code)
        limitWasMet(context)
        let reset = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        (reset ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
    }

    private func limitWasMet(_ context: ChannelHandlerContext) {
        if report.limitWasMet(at: context.eventLoop.now) { endReport(after: FullListenerReport.calm, context) }
    }

    private func endReport(after time: TimeAmount, _ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            let now = context.eventLoop.now
            guard let time = self.report.endIfCalm(isFull: self.openCount >= self.limit, at: now) else { return }
            self.endReport(after: time, context)
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

    private func connectionDidClose(_ context: ChannelHandlerContext) {
        openCount -= 1
        guard isReadHeld else { return }
        isReadHeld = false
        context.read()
    }
}

/// Tells the listening channel to close once the system's queue has no connections left.
struct StopAcceptingEvent: Sendable {}
