// SPDX-License-Identifier: Apache-2.0
// Tells the layers above that bytes of a request have begun to arrive.

import CertAuthTLS
import NIOCore

/// Fires an event before each batch of bytes, so that the header's deadline runs from the first of them.
///
/// In mode `delayed` no batch goes beyond a request: bytes of the next one are announced, however they came.
final class RequestBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Bytes are about to be parsed, or have been that belong to no request yet.
    struct Arrival: Sendable {
        /// Nothing but ends of lines, which count for nothing between requests.
        let isBlank: Bool
    }

    private let bounds: RequestBounds
    private var cutsRequests = false

    init(bounds: RequestBounds) { self.bounds = bounds }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let admitted = event as? ClientCertificateConnection { cutsRequests = admitted.mode == .delayed }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard cutsRequests else {
            context.fireUserInboundEventTriggered(Arrival(isBlank: false))
            context.fireChannelRead(data)
            return
        }
        var rest = unwrapInboundIn(data)
        while let piece = rest.readSlice(length: bounds.nextPiece(of: rest.readableBytesView)), piece.readableBytes > 0
        {
            let bytes = piece.readableBytesView
            let isBlank = bytes.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
            context.fireUserInboundEventTriggered(Arrival(isBlank: isBlank))
            context.fireChannelRead(wrapInboundOut(piece))
            if bounds.pieceWasDecoded(bytes) { context.fireUserInboundEventTriggered(Arrival(isBlank: false)) }
        }
    }
}
