// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOHTTP1

/// Decodes requests as `HTTPRequestDecoder` does, but releases the bytes of those that it could not decode.
///
/// `ByteToMessageHandler` keeps the bytes for which its decoder threw while the connection is open, with capacity for
/// twice as many. Here they are released, because nothing is decoded after an error.
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
