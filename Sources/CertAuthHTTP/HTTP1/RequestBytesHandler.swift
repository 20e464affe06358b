// SPDX-License-Identifier: Apache-2.0
// Tells the layers above that bytes of a request have begun to arrive.

import CertAuthTLS
package import NIOCore

/// Fires an event before each batch of bytes, so that the header's deadline runs from the first of them.
///
/// In mode `delayed`, and when the connection is to end, no batch goes beyond a request: bytes of the next one are
/// announced, however they came.
package final class RequestBytesHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    /// Bytes are about to be parsed, or have been that belong to no request yet.
    package struct Arrival: Sendable {
        /// Nothing but ends of lines, which count for nothing between requests.
        package let isBlank: Bool
        /// How many bytes arrived; 0 for bytes that were announced before.
        package let byteCount: Int
    }

    private let bounds: RequestBounds

    /// - Parameter cutsRequests: whether the connection is known to be in mode `delayed` already.
    package init(bounds: RequestBounds, cutsRequests: Bool = false) {
        self.bounds = bounds
        bounds.isFollowing = cutsRequests
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let admitted = event as? ClientCertificateConnection, admitted.mode == .delayed { bounds.isFollowing = true }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard bounds.isFollowing else {
            announce(unwrapInboundIn(data).readableBytesView, context)
            context.fireChannelRead(data)
            return
        }
        var rest = unwrapInboundIn(data)
        while let piece = rest.readSlice(length: bounds.nextPiece(of: rest.readableBytesView)), piece.readableBytes > 0
        {
            let bytes = piece.readableBytesView
            announce(bytes, context)
            context.fireChannelRead(wrapInboundOut(piece))
            if bounds.pieceWasDecoded(bytes) {
                context.fireUserInboundEventTriggered(Arrival(isBlank: false, byteCount: 0))
            }
        }
    }

    private func announce(_ bytes: ByteBufferView, _ context: ChannelHandlerContext) {
        let isBlank = bytes.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        context.fireUserInboundEventTriggered(Arrival(isBlank: isBlank, byteCount: bytes.count))
    }
}
