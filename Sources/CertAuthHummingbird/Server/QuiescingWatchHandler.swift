// SPDX-License-Identifier: Apache-2.0
// Remembers that a connection was to end before anybody was there to hear of it.

#if Hummingbird
import NIOCore

/// Notes a shutdown or reload that comes while the handshake is under way: HTTP, which would end the connection, is
/// not there yet.
final class QuiescingWatchHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private(set) var wasAsked = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { wasAsked = true }
        context.fireUserInboundEventTriggered(event)
    }
}
#endif
