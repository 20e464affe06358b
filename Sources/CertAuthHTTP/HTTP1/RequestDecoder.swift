// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOHTTP1

/// Decodes requests as `HTTPRequestDecoder` does, but refuses request lines of another form than RFC 9112 section 3
/// gives, and releases the bytes of requests that it could not decode.
///
/// `ByteToMessageHandler` keeps the bytes for which its decoder threw while the connection is open, with capacity for
/// twice as many. Here they are released, because nothing is decoded after an error.
package struct RequestDecoder: ByteToMessageDecoder {
    package typealias InboundOut = HTTPServerRequestPart

    private let decoder: HTTPRequestDecoder
    /// Must receive each part that is decoded, before `decode` returns.
    private let parts: DecodedParts
    private var pieces = RequestPieces()
    /// The number of bytes at the beginning of the buffer that the decoder has seen but not consumed.
    private var seen = 0

    package init(_ decoder: HTTPRequestDecoder, announcingTo parts: DecodedParts) {
        self.decoder = decoder
        self.parts = parts
    }

    package mutating func decode(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer
    ) throws -> DecodingState {
        do {
            while seen < buffer.readableBytes { try decodePiece(context, &buffer) }
            return .needMoreData
        } catch {
            buffer = ByteBuffer()
            seen = 0
            throw error
        }
    }

    private mutating func decodePiece(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer) throws {
        let count = pieces.nextPiece(of: buffer.readableBytesView.dropFirst(seen))
        guard let count, var piece = buffer.getSlice(at: buffer.readerIndex, length: seen + count) else {
            throw HTTPParserError.invalidConstant
        }
        parts.reset()
        _ = try decoder.decode(context: context, buffer: &piece)
        let consumed = seen + count - piece.readableBytes
        buffer.moveReaderIndex(forwardBy: consumed)
        seen = piece.readableBytes
        guard pieces.pieceWasDecoded(count, into: parts) else { throw HTTPParserError.invalidConstant }
    }

    package mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        _ = try decode(context: context, buffer: &buffer)
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
