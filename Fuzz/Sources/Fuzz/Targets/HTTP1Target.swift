// SPDX-License-Identifier: Apache-2.0
// The bytes of an HTTP/1 connection behind TLS.

import CertAuthTesting
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import CertAuthHTTP

struct HTTP1Target: FuzzTarget {
    static let name = "http1"
    static let longestInput = 4 * 1024
    static let words = [
        "GET / HTTP/1.1\r\n", "GET  / RTSP/1.0\r\n", "POST /a HTTP/1.1\r\n", "HTTP/1.0", "OPTIONS * HTTP/1.1\r\n",
        "CONNECT a:1 HTTP/1.1\r\n",
        "Host: a.example\r\n", "host:", "Content-Length: 3\r\n", "Content-Length: +3\r\n", "content-length: 3, 3\r\n",
        "Transfer-Encoding: chunked\r\n", "transfer-encoding: gzip, chunked\r\n", "Expect: 100-continue\r\n",
        "Connection: close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "\r\n\r\n", "\n\n", "\r", "0\r\n\r\n",
        "3\r\nabc\r\n", "3;a=b\r\nabc\r\n", "ffffffffffffffff\r\n", "Trailer: x\r\n",
        "GET https://a.example/ HTTP/1.1\r\n",
        "[::1]", "%00", "a@b", "?", "#", "\t", "\0",
    ].map { Array($0.utf8) }

    init(_ world: FuzzWorld) throws {}

    func seeds() throws -> [[UInt8]] {
        [
            "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
            "POST /a?b=c HTTP/1.1\r\nHost: a.example:8443\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n",
            "GET https://a.example/b HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nmore",
            "GET / HTTP/1.1\nHost: a.example\n\n",
        ].map { Array($0.utf8) }
    }

    func read(_ input: [UInt8]) {
        let whole = twice { requests(in: [input], cutsRequests: false) }
        let followed = requests(in: [input], cutsRequests: true)
        demand(whole == followed, "requests are the same where their bounds are followed:\n\(whole)\n\(followed)")
        let pieces = pieces(of: input)
        let cut = requests(in: pieces, cutsRequests: false)
        demand(whole == cut, "requests are the same however their bytes are cut:\n\(whole)\n\(cut)")
        let both = requests(in: pieces, cutsRequests: true)
        demand(whole == both, "requests are the same cut and followed:\n\(whole)\n\(both)")
    }

    /// Cuts whose places depend on the bytes.
    private func pieces(of input: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = input[...]
        var step = input.reduce(UInt8(1)) { $0 &* 31 &+ $1 }
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(Int(step % 17) + 1)))
            rest = rest.dropFirst(Int(step % 17) + 1)
            step = step &* 167 &+ 13
        }
        return pieces
    }

    private func requests(in pieces: [[UInt8]], cutsRequests: Bool) -> [String] {
        let channel = EmbeddedChannel()
        let bounds = RequestBounds()
        let parts = DecodedParts()
        let collector = RequestCollector(bounds, parts)
        let limits = NIOHTTPDecoderLimitConfiguration()
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: limits
        )
        do {
            try channel.pipeline.syncOperations.addHandlers(
                RequestBytesHandler(bounds: bounds, cutsRequests: cutsRequests),
                HTTPResponseEncoder(),
                ByteToMessageHandler(RequestDecoder(decoder, announcingTo: parts), maximumBufferSize: 80 * 1024),
                collector
            )
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        } catch {
            fatalError("\(error)")
        }
        for piece in pieces where !collector.isOver {
            do { try channel.writeInbound(ByteBuffer(bytes: piece)) } catch { collector.isOver = true }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return collector.requests
    }
}

/// Puts requests together as the listener's own handler does, and keeps them as text.
private final class RequestCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let bounds: RequestBounds
    private let parts: DecodedParts
    private var assembly: HTTP1RequestAssembly?
    var requests: [String] = []
    var isOver = false

    init(_ bounds: RequestBounds, _ parts: DecodedParts) {
        self.bounds = bounds
        self.parts = parts
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        parts.partDidArrive(part)
        guard !isOver else { return }
        do throws(RequestDefect) {
            switch part {
            case .head(let head):
                bounds.headDidArrive(head)
                assembly = try HTTP1RequestAssembly(head, isSecure: true, headerBytes: 16 * 1024) { _ in 64 * 1024 }
            case .body(let bytes): try assembly?.append(bytes)
            case .end(let trailers):
                bounds.requestDidEnd()
                let fields = try HTTP1RequestAssembly.fields(of: trailers)
                if let assembly {
                    requests.append("\(assembly.head) \(assembly.body) \(assembly.keepsAlive) \(fields)")
                }
                if assembly?.keepsAlive != true { isOver = true }
                assembly = nil
            }
        } catch {
            requests.append("refused: \(error)")
            isOver = true
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver else { return }
        requests.append("no HTTP")
        isOver = true
    }
}
