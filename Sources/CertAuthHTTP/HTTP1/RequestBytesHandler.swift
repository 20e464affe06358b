// SPDX-License-Identifier: Apache-2.0
// Reports to the layers above that bytes of a request have begun to arrive.

package import CertAuthTLS
package import NIOCore

/// Fires an event before each batch of bytes, so that the header's deadline starts with the first of them.
///
/// In mode `delayed`, and when the connection is about to end, no batch extends beyond a request: bytes of the next one
/// are announced separately, even if they arrived together.
package final class RequestBytesHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    /// Bytes that are about to be parsed, or that were parsed and belong to no request yet.
    package struct Arrival: Sendable {
        /// Whether the bytes are only line ends, which are ignored between requests.
        package let isBlank: Bool
        /// The number of bytes that arrived. 0 for bytes that were announced before.
        package let byteCount: Int
        /// The protocol that the peer uses instead of HTTP. Nil unless these are the first bytes of the connection.
        package var misplaced: MisplacedProtocol?
    }

    private let bounds: RequestBounds
    private var hasReceived = false

    /// - Parameter cutsRequests: whether the connection is already known to be in mode `delayed`.
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
        var arrival = Arrival(isBlank: isBlank, byteCount: bytes.count)
        if !hasReceived {
            hasReceived = true
            arrival.misplaced = MisplacedProtocol(opening: bytes)
        }
        context.fireUserInboundEventTriggered(arrival)
    }
}
