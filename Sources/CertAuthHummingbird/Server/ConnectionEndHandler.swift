// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuthTLS
import NIOCore

/// Sits between TLS and HTTP.
///
/// If an accepted client is refused later, its connection ends as at a shutdown: requests in progress are answered, and
/// HTTP/2 clients receive GOAWAY. A shutdown or reload during the handshake is remembered, because the HTTP handlers,
/// which would end the connection, are not installed yet.
final class ConnectionEndHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Whether the connection is about to end.
    private(set) var isEnding = false
    /// Ends HTTP/2 in place of Hummingbird.
    var http2: HTTP2EndHandler?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isEnding = true
            // Hummingbird passes the event on to every stream and closes on frames that it has told the client not to
            // send.
            if let http2 { http2.drain() } else { context.fireUserInboundEventTriggered(event) }
        case let refusal as ClientRefusal where !isEnding:
            isEnding = true
            // TLS itself ends the connection after the grace period.
            refusal.finishRequests()
            context.fireUserInboundEventTriggered(event)
            if let http2 {
                http2.drain()
            } else {
                context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        case is ClientRefusal:
            // Requests in progress keep the grace period that the client received.
            (event as? ClientRefusal)?.finishRequests()
            context.fireUserInboundEventTriggered(event)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // TLS drops writes that are not flushed: the end of a response whose stream has just closed.
        if mode != .input { context.flush() }
        context.close(mode: mode, promise: promise)
    }
}

@available(*, unavailable)
extension ConnectionEndHandler: Sendable {}
#endif
