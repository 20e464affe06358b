// SPDX-License-Identifier: Apache-2.0
// Ends a connection in the way that its version of HTTP has for it.

#if Hummingbird
import CertAuthTLS
import NIOCore

/// Sits between TLS and HTTP.
///
/// A client that was accepted and is refused now gets what a shutdown gets: requests in flight are answered, HTTP/2
/// clients are told to go away. A shutdown or reload that comes while the handshake is under way is remembered, because
/// HTTP, which would end the connection, is not there yet.
final class ConnectionEndHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The connection is to end.
    private(set) var isEnding = false
    /// Ends HTTP/2 in place of Hummingbird.
    var http2: HTTP2EndHandler?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isEnding = true
            // Hummingbird passes the event on to every stream and closes on frames that it has told the client not to send.
            if let http2 { http2.drain() } else { context.fireUserInboundEventTriggered(event) }
        case let refusal as ClientRefusal where !isEnding:
            isEnding = true
            // TLS ends the connection itself when the grace is over.
            refusal.finishRequests()
            context.fireUserInboundEventTriggered(event)
            if let http2 {
                http2.drain()
            } else {
                context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        case is ClientRefusal:
            // What is in flight keeps the grace that the client was given.
            (event as? ClientRefusal)?.finishRequests()
            context.fireUserInboundEventTriggered(event)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        // TLS drops what was written and not flushed: the end of an answer whose stream has just closed.
        if mode != .input { context.flush() }
        context.close(mode: mode, promise: promise)
    }
}

@available(*, unavailable)
extension ConnectionEndHandler: Sendable {}
#endif
