// SPDX-License-Identifier: Apache-2.0
// NIO's decoder of requests, without the bytes of those that it could not decode.

package import NIOCore
package import NIOHTTP1

/// Decodes requests as `HTTPRequestDecoder` does.
///
/// `ByteToMessageHandler` keeps the bytes that its decoder threw on as long as the connection is open, with room for twice
/// as many. Here they are released: after an error nothing is decoded.
package struct RequestDecoder: ByteToMessageDecoder {
    package typealias InboundOut = HTTPServerRequestPart

    private let decoder: HTTPRequestDecoder

    package init(_ decoder: HTTPRequestDecoder) { self.decoder = decoder }

    package func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        do {
            return try decoder.decode(context: context, buffer: &buffer)
        } catch {
            buffer = ByteBuffer()
            throw error
        }
    }

    package func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        do {
            return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
        } catch {
            buffer = ByteBuffer()
            throw error
        }
    }

    package func decoderAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }

    package func decoderRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }
}
