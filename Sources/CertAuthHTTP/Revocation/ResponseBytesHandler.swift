// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore

/// Counts input before it is decoded, so that endless headers or chunk sizes cannot bypass the size limit.
final class ResponseBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let error: RevocationFetchError
    private var left: Int

    init(request: RevocationFetchRequest) {
        // Leaves room for headers and for small chunks.
        left = request.maximumBytes.multipliedReportingOverflow(by: 2).partialValue &+ (128 << 10)
        error = .tooLarge(url: "\(request.url)", limit: request.maximumBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left >= 0 { context.fireChannelRead(data) } else { context.fireErrorCaught(error) }
    }
}
