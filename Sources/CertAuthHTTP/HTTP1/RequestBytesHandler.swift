// SPDX-License-Identifier: Apache-2.0
// Tells the layers above that bytes of a request have begun to arrive.

import NIOCore

/// Fires an event before each batch of bytes, so that the header's deadline runs from the first of them.
final class RequestBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Bytes are about to be parsed.
    struct Arrival: Sendable {}

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(Arrival())
        context.fireChannelRead(data)
    }
}
