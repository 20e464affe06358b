// SPDX-License-Identifier: Apache-2.0
// The bytes of an HTTP/2 connection behind TLS: the preface is added.

import CertAuthTesting
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2

@testable import CertAuthHTTP

struct HTTP2Target: FuzzTarget {
    static let name = "http2"
    static let longestInput = 8 * 1024
    static let words: [[UInt8]] =
        [
            ":method", ":path", ":scheme", ":authority", "https", "host", "content-length", "te", "trailers",
            "connection",
        ]
        .map { Array($0.utf8) }
        + [
            // Frames without a payload, and the fields of the static table.
            [0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 0, 4, 1, 0, 0, 0, 0], [0, 0, 8, 6, 0, 0, 0, 0, 0],
            [0, 0, 0, 1, 5, 0, 0, 0, 1], [0, 0, 0, 9, 4, 0, 0, 0, 1], [0, 0, 4, 3, 0, 0, 0, 0, 1],
            [0, 0, 4, 8, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 8, 7, 0, 0, 0, 0, 0],
            [0x82], [0x84], [0x87], [0x41], [0x0F], [0x20], [0x3F, 0xE1, 0x1F],
        ]

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    init(_ world: FuzzWorld) throws {}

    func seeds() throws -> [[UInt8]] {
        let get: HPACKHeaders = [":method": "GET", ":scheme": "https", ":path": "/", ":authority": "a.example"]
        var post = get
        post.replaceOrAdd(name: ":method", value: "POST")
        post.add(name: "content-length", value: "3")
        let settings = frame(4, 0, 0, [])
        return [
            settings + frame(1, 5, 1, block(get)),
            settings + frame(1, 4, 1, block(post)) + frame(0, 1, 1, Array("abc".utf8)),
            settings + frame(1, 4, 1, block(post)) + frame(0, 0, 1, Array("abc".utf8))
                + frame(1, 5, 1, block(["x-trailer": "y"])),
            settings + frame(1, 1, 1, Array(block(get).prefix(3))) + frame(9, 4, 1, Array(block(get).dropFirst(3))),
            settings + frame(4, 1, 0, []) + frame(6, 0, 0, [UInt8](repeating: 1, count: 8))
                + frame(8, 0, 0, [0, 0, 1, 0]) + frame(2, 0, 3, [0, 0, 0, 0, 1]),
            frame(4, 0, 0, [0, 4, 0, 1, 0, 0]) + frame(1, 5, 1, block(get)) + frame(1, 5, 3, block(get))
                + frame(3, 0, 3, [0, 0, 0, 8]) + frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        ]
    }

    private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, stream] + payload
    }

    private func block(_ headers: HPACKHeaders) -> [UInt8] {
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        var buffer = ByteBuffer()
        do { try encoder.encode(headers: headers, to: &buffer) } catch { fatalError("\(error)") }
        return Array(buffer.readableBytesView)
    }

    func read(_ input: [UInt8]) {
        let bytes = Self.preface + input
        let whole = twice { outcome(of: [bytes]) }
        let pieces = stride(from: 0, to: bytes.count, by: 7).map { Array(bytes[$0..<min($0 + 7, bytes.count)]) }
        let cut = outcome(of: pieces)
        // A connection error may come before or after the requests that precede it are answered (RFC 9113 §5.4.1,
        // §6.8). Then they are the same, or there is none.
        let isAbsent = whole.requests.isEmpty || cut.requests.isEmpty
        demand(
            whole.requests.first == cut.requests.first
                || isAbsent && whole.hasConnectionError && cut.hasConnectionError,
            "the first request is the same however its bytes are cut:\n\(whole)\n\(cut)"
        )
        checkBoundaries(bytes, pieces)
    }

    private func checkBoundaries(_ bytes: [UInt8], _ pieces: [[UInt8]]) {
        var whole = HTTP2FrameBoundaries()
        whole.take(bytes)
        var cut = HTTP2FrameBoundaries()
        for piece in pieces { cut.take(piece) }
        let same =
            whole.isOpening == cut.isOpening && whole.isInHeaderBlock == cut.isInHeaderBlock
            && whole.endings == cut.endings && whole.isInFrame == cut.isInFrame
        demand(same, "frames have the same boundaries however their bytes are cut")
    }

    /// What became of the bytes of a connection.
    private struct Outcome: Equatable {
        var requests: [String] = []
        /// Whether the connection ended with an error: by GOAWAY, or by a violation, for which the listener sends it.
        var hasConnectionError = false
    }

    private func outcome(of pieces: [[UInt8]]) -> Outcome {
        let channel = EmbeddedChannel()
        let collector = StreamRequests()
        let shared = NIOLoopBound(collector, eventLoop: channel.eventLoop)
        let limits = HTTP2Limits()
        let violations = ViolationRecorder()
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP2FrameGuard(headerTimeout: .seconds(10), otherFrames: limits.otherFrames))
            try pipeline.addHandler(violations)
            _ = try pipeline.configureAsyncHTTP2Pipeline(
                mode: .server,
                streamDelegate: nil,
                configuration: limits.configuration(headerBytes: 16 * 1024)
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    try stream.pipeline.syncOperations.addHandler(StreamCollector(shared.value))
                }
            }
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        } catch {
            fatalError("\(error)")
        }
        var outcome = Outcome()
        for piece in pieces {
            // Errors of one stream are thrown as well; the others go on.
            try? channel.writeInbound(ByteBuffer(bytes: piece))
            channel.embeddedEventLoop.run()
            outcome.hasConnectionError = hasConnectionError(channel) || violations.hasAny || outcome.hasConnectionError
            guard channel.isActive, !outcome.hasConnectionError else { break }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        outcome.requests = collector.requests
        return outcome
    }

    /// Whether the frames sent since the last call have a GOAWAY with an error code.
    private func hasConnectionError(_ channel: EmbeddedChannel) -> Bool {
        var sent: [UInt8] = []
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { sent += buffer.readableBytesView }
        var found = false
        while sent.count >= 9 {
            let end = 9 + (Int(sent[0]) << 16 | Int(sent[1]) << 8 | Int(sent[2]))
            guard sent.count >= end else { break }
            if sent[3] == HTTP2FrameBoundaries.goAwayType, end >= 17 {
                found = found || sent[13..<17].contains { $0 != 0 }
            }
            sent.removeFirst(end)
        }
        return found
    }
}

/// Notes what the guard of frames ends connections for.
private final class ViolationRecorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var hasAny = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is HTTP2FrameGuard.Violation { hasAny = true }
        context.fireUserInboundEventTriggered(event)
    }
}

/// The requests of all streams, in the order in which they were whole.
private final class StreamRequests {
    var requests: [String] = []
}

/// Puts the request of one stream together as the listener's own handler does.
private final class StreamCollector: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload

    private let collected: StreamRequests
    private var assembly: HTTP2RequestAssembly?

    init(_ collected: StreamRequests) { self.collected = collected }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RequestDefect) {
            var isWhole = false
            switch unwrapInboundIn(data) {
            case .headers(let block) where assembly == nil:
                assembly = try HTTP2RequestAssembly(block.headers, headerLimit: 16 * 1024, bodyLimit: 64 * 1024)
                isWhole = block.endStream
            case .headers(let block):
                try assembly?.append(trailers: block.headers)
                isWhole = block.endStream
            case .data(let data):
                if case .byteBuffer(let bytes) = data.data { try assembly?.append(bytes) }
                isWhole = data.endStream
            default: return
            }
            guard isWhole, let assembly else { return }
            collected.requests.append("\(assembly.head) \(assembly.body) \(assembly.trailers)")
        } catch {
            collected.requests.append("refused: \(error)")
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
