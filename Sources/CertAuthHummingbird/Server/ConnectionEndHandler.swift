// SPDX-License-Identifier: Apache-2.0
// Says in words that Hummingbird knows that a connection has to end.

#if Hummingbird
import CertAuthTLS
import NIOCore

/// Stands between TLS and HTTP.
///
/// A client that was let in and is refused now gets what a shutdown gets: requests in flight are answered, HTTP/2 is
/// told to go away. A shutdown or reload that comes while the handshake is under way is remembered, for HTTP, which would
/// end the connection, is not there yet.
final class ConnectionEndHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The connection is to end.
    private(set) var isEnding = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isEnding = true }
        context.fireUserInboundEventTriggered(event)
        guard let refusal = event as? ClientRefusal, !isEnding else { return }
        isEnding = true
        // TLS ends the connection itself when the grace is over.
        refusal.finishRequests()
        context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
#endif
