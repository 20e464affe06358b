// SPDX-License-Identifier: Apache-2.0
// Tells the layers above that bytes of a request have begun to arrive.

package import NIOCore

/// Fires an event before each batch of bytes, so that the header's deadline runs from the first of them.
package final class RequestBytesHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    /// Bytes are about to be parsed.
    package struct Arrival: Sendable {}

    package init() {}

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(Arrival())
        context.fireChannelRead(data)
    }
}
