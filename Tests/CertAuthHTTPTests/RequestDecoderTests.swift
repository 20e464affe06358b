// SPDX-License-Identifier: Apache-2.0
// How much is retained of a request that could not be decoded.

import CertAuthHTTP
import NIOCore
import NIOEmbedded
import NIOHTTP1
import XCTest

final class RequestDecoderTests: XCTestCase {
    /// Decodes each buffer it receives, and records what the decoder leaves of it.
    private final class Leftovers: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = HTTPServerRequestPart

        let decoder: RequestDecoder
        private(set) var buffer = ByteBuffer()
        private(set) var failure: (any Error)?

        init(_ decoder: RequestDecoder) { self.decoder = decoder }

        func handlerAdded(context: ChannelHandlerContext) { decoder.decoderAdded(context: context) }

        func handlerRemoved(context: ChannelHandlerContext) { decoder.decoderRemoved(context: context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            buffer = unwrapInboundIn(data)
            do {
                _ = try decoder.decode(context: context, buffer: &buffer)
            } catch {
                failure = error
            }
        }
    }

    func test_no_byte_of_a_request_beyond_the_limits_is_kept() throws {
        for (bytes, isRefused) in [(900, false), (200_000, true)] {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = 1_000
            limits.maxHeaderListSize = 1_000
            let leftovers = Leftovers(RequestDecoder(HTTPRequestDecoder(limitConfiguration: limits)))
            let channel = EmbeddedChannel(handler: leftovers)
            let field = String(repeating: "a", count: bytes)
            let request = ByteBuffer(string: "GET / HTTP/1.1\r\nhost: x\r\nfield: \(field)\r\n\r\n")
            try channel.writeInbound(request)
            XCTAssertEqual(leftovers.failure != nil, isRefused)
            XCTAssertEqual(leftovers.buffer.readableBytes, 0)
            XCTAssertEqual(leftovers.buffer.capacity, isRefused ? 0 : request.capacity)
            if !isRefused {
                guard case .head(let head)? = try channel.readInbound(as: HTTPServerRequestPart.self) else {
                    return XCTFail("no request")
                }
                XCTAssertEqual(head.headers["field"], [field])
            }
            _ = try channel.finish()
        }
    }

    func test_the_handler_answers_the_limit_as_before() throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 1_000
        let decoder = RequestDecoder(HTTPRequestDecoder(limitConfiguration: limits))
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(decoder))
        let field = String(repeating: "a", count: 2_000)
        let request = ByteBuffer(string: "GET / HTTP/1.1\r\nhost: x\r\nfield: \(field)\r\n\r\n")
        XCTAssertThrowsError(try channel.writeInbound(request)) { error in
            XCTAssertEqual(error as? HTTPParserError, .headerOverflow)
        }
        _ = try? channel.finish()
    }
}
