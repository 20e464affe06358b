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

        var decoder: RequestDecoder
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

    /// Tells the decoder what it has decoded, as the connection's handler does.
    private final class Reporter: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart

        let parts = DecodedParts()

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            parts.partDidArrive(unwrapInboundIn(data))
            context.fireChannelRead(data)
        }
    }

    func test_no_byte_of_a_request_beyond_the_limits_is_kept() throws {
        for (bytes, isRefused) in [(900, false), (200_000, true)] {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = 1_000
            limits.maxHeaderListSize = 1_000
            let reporter = Reporter()
            let decoder = HTTPRequestDecoder(limitConfiguration: limits)
            let leftovers = Leftovers(RequestDecoder(decoder, announcingTo: reporter.parts))
            let channel = EmbeddedChannel(handlers: [leftovers, reporter])
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
        let reporter = Reporter()
        let decoder = RequestDecoder(HTTPRequestDecoder(limitConfiguration: limits), announcingTo: reporter.parts)
        let channel = EmbeddedChannel(handlers: [ByteToMessageHandler(decoder), reporter])
        let field = String(repeating: "a", count: 2_000)
        let request = ByteBuffer(string: "GET / HTTP/1.1\r\nhost: x\r\nfield: \(field)\r\n\r\n")
        XCTAssertThrowsError(try channel.writeInbound(request)) { error in
            XCTAssertEqual(error as? HTTPParserError, .headerOverflow)
        }
        _ = try? channel.finish()
    }

    /// The URIs and body sizes that are decoded from pieces of `size` bytes, and whether the rest is refused.
    private func decoded(_ text: String, inPiecesOf size: Int) throws -> (found: [String], isRefused: Bool) {
        let reporter = Reporter()
        let decoder = RequestDecoder(HTTPRequestDecoder(), announcingTo: reporter.parts)
        let channel = EmbeddedChannel(handlers: [ByteToMessageHandler(decoder), reporter])
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var rest = Array(text.unicodeScalars.map { UInt8($0.value) })[...]
        var isRefused = false
        while !rest.isEmpty, !isRefused {
            do { try channel.writeInbound(ByteBuffer(bytes: rest.prefix(size))) } catch { isRefused = true }
            rest = rest.dropFirst(size)
        }
        var found: [String] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head): found.append("\(head.method) \(head.uri)")
            case .body(let bytes): found.append("\(bytes.readableBytes)")
            case .end: found.append("end")
            }
        }
        return (found, isRefused)
    }

    func test_the_line_of_each_request_is_checked_however_the_bytes_are_cut() throws {
        let first = "POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\na\nb"
        let chunks = "2\r\n\n\n\r\n0\r\nx: y\r\n\r\n"
        let second = "\r\nPOST /2 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n\(chunks)"
        let third = "GET /3 HTTP/1.1\r\nhost: a\r\n\r\n"
        for size in [1, 2, 7, 40, 1000] {
            let good = try decoded(first + second + third, inPiecesOf: size)
            XCTAssertEqual(
                good.found.filter { Int($0) == nil },
                ["POST /1", "end", "POST /2", "end", "GET /3", "end"],
                "\(size)"
            )
            XCTAssertEqual(good.found.compactMap(Int.init).reduce(0, +), 5, "\(size)")
            XCTAssertFalse(good.isRefused, "\(size)")
            for line in ["GET  /4 HTTP/1.1", "GET /4  HTTP/1.1", "GET /4 RTSP/1.0", "GET /4 HTTP/1.1 "] {
                let bad = try decoded(first + second + third + "\(line)\r\nhost: a\r\n\r\n", inPiecesOf: size)
                XCTAssertEqual(bad.found, good.found, "\(line) \(size)")
                XCTAssertTrue(bad.isRefused, "\(line) \(size)")
            }
        }
    }

    func test_the_data_of_a_chunk_is_decoded_at_once_whatever_it_contains() throws {
        let data = String(repeating: "\n", count: 1_000)
        let head = "POST /1 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
        let body = "3E8;x=\"y\"\r\n\(data)\r\n03e8\r\n\(data)\r\n0\r\nx: y\r\n\r\n"
        let next = "GET /2 HTTP/1.1\r\nhost: a\r\n\r\n"
        let whole = try decoded(head + body + next, inPiecesOf: 100_000)
        XCTAssertEqual(whole.found, ["POST /1", "1000", "1000", "end", "GET /2", "end"])
        for size in [1, 7, 999, 1_000, 1_001] {
            let cut = try decoded(head + body + next, inPiecesOf: size)
            XCTAssertEqual(cut.found.compactMap(Int.init).reduce(0, +), 2_000, "\(size)")
            XCTAssertEqual(cut.found.filter { Int($0) == nil }, ["POST /1", "end", "GET /2", "end"], "\(size)")
            XCTAssertFalse(cut.isRefused, "\(size)")
        }
        for size in ["FFFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFFF", "", "x", "-1"] {
            let bad = try decoded(head + "\(size)\r\n\(data)" + next, inPiecesOf: 100_000)
            XCTAssertEqual(bad.found, ["POST /1"], size)
            XCTAssertTrue(bad.isRefused, size)
        }
    }

    func test_blanks_around_a_length_do_not_count() throws {
        for length in ["3", " 3", "3 ", "  3  "] {
            let head = "POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length:\(length)\r\n\r\n"
            let found = try decoded(head + "abcGET /2 HTTP/1.1\r\nhost: a\r\n\r\n", inPiecesOf: 1_000)
            XCTAssertEqual(found.found, ["POST /1", "3", "end", "GET /2", "end"], length)
            XCTAssertFalse(found.isRefused, length)
        }
    }
}
