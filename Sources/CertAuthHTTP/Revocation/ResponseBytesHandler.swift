// SPDX-License-Identifier: Apache-2.0
// The size limit of a connection, whatever is sent over it.

import CertAuth
import NIOCore

/// Counts what comes in before it is decoded: headers and chunk sizes without end are no way around the size limit.
final class ResponseBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let error: RevocationFetchError
    private var left: Int

    init(request: RevocationFetchRequest) {
        // Room for headers, and for chunks that are small.
        left = request.maximumBytes.multipliedReportingOverflow(by: 2).partialValue &+ (128 << 10)
        error = .tooLarge(url: "\(request.url)", limit: request.maximumBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left >= 0 { context.fireChannelRead(data) } else { context.fireErrorCaught(error) }
    }
}
