// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuthHTTP
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// Replaces the decoder of a Hummingbird connection by the listener's, which refuses request lines of another form than
/// RFC 9112 section 3 gives.
///
/// Hummingbird's decoder also accepts several blanks and `RTSP/1.0`. A proxy in front of this server may read such a line
/// differently.
enum StrictRequestDecoding {
    /// Replaces the decoder of a connection before its first byte of HTTP. Must be called on its event loop.
    ///
    /// The new decoder is in place when this returns, but the former one is only removed in a later turn of the event loop.
    ///
    /// - Parameter configuration: the limits of the decoder.
    /// - Returns: succeeds when the former decoder is removed. No byte may reach the pipeline's HTTP handlers before.
    static func install(
        in channel: any Channel,
        _ configuration: HTTP1Channel.Configuration
    ) throws -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        let lenient = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.httpDecoder.maxHeaderFieldSize
        limits.maxHeaderListSize = configuration.httpDecoder.maxHeaderListSize
        limits.maxHeaderFieldCount = configuration.httpDecoder.maxHeaderFieldCount
        let parts = DecodedParts()
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        try pipeline.addHandlers(
            [
                // After an upgrade request the decoder stops reading; further input must not accumulate without bound.
                ByteToMessageHandler(
                    RequestDecoder(decoder, announcingTo: parts),
                    maximumBufferSize: limits.maxHeaderListSize + 64 * 1024
                ),
                DecodedPartsHandler(parts),
            ],
            position: .after(lenient.handler)
        )
        return pipeline.removeHandler(context: lenient)
    }
}

/// Announces what the decoder has decoded. Must be its next handler.
final class DecodedPartsHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let parts: DecodedParts

    init(_ parts: DecodedParts) { self.parts = parts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parts.partDidArrive(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension DecodedPartsHandler: Sendable {}
#endif
