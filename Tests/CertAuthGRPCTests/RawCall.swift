// SPDX-License-Identifier: Apache-2.0
// One gRPC call in HTTP/2 frames, over a TLS client that can resume sessions; the transport's own client cannot.

#if GRPC
import CertAuthTesting
import CertAuthTestingHTTP
import GRPCCore
import NIOCore
import NIOHPACK

/// A call of `test.Who/Get`, written as frames.
struct RawCall {
    /// The server's answer: the message and the trailers' status.
    struct Answer: Equatable {
        var message = ""
        var status = ""
        var statusMessage: String?
    }

    private enum FrameType {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let settings: UInt8 = 4
    }

    private static let endOfStream: UInt8 = 1
    private static let endOfHeaders: UInt8 = 4

    private let connection: TLSTestConnection
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var received = ByteBuffer()

    private init(_ connection: TLSTestConnection) { self.connection = connection }

    /// Makes one call on an open connection that negotiated h2.
    static func answer(on connection: TLSTestConnection) async throws -> Answer {
        var call = RawCall(connection)
        try await call.send()
        return try await call.answer()
    }

    private func send() async throws {
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        var block = ByteBuffer()
        let headers: HPACKHeaders = [
            ":method": "POST", ":scheme": "https", ":path": "/test.Who/Get", ":authority": "localhost",
            "content-type": "application/grpc", "te": "trailers",
        ]
        try encoder.encode(headers: headers, to: &block)
        let message = Array("who".utf8)
        var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        bytes += Self.frame(FrameType.settings, flags: 0, stream: 0, [])
        bytes += Self.frame(FrameType.headers, flags: Self.endOfHeaders, stream: 1, Array(block.readableBytesView))
        let body: [UInt8] = [0, 0, 0, 0, UInt8(message.count)] + message
        bytes += Self.frame(FrameType.data, flags: Self.endOfStream, stream: 1, body)
        try await connection.write(bytes)
    }

    private mutating func answer() async throws -> Answer {
        var answer = Answer()
        while true {
            let (type, flags, payload) = try await nextFrame()
            switch type {
            case FrameType.data:
                answer.message += String(decoding: payload.readableBytesView.dropFirst(5), as: UTF8.self)
            case FrameType.headers:
                var block = payload
                let headers = try decoder.decodeHeaders(from: &block)
                guard flags & Self.endOfStream != 0 else { continue }
                answer.status = headers.first(name: "grpc-status") ?? ""
                answer.statusMessage = headers.first(name: "grpc-message")
                return answer
            default:
                continue
            }
        }
    }

    private mutating func nextFrame() async throws -> (type: UInt8, flags: UInt8, payload: ByteBuffer) {
        while true {
            if received.readableBytes >= 9, let head = received.getBytes(at: received.readerIndex, length: 9) {
                let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
                if received.readableBytes >= 9 + length {
                    received.moveReaderIndex(forwardBy: 9)
                    return (head[3], head[4], received.readSlice(length: length) ?? ByteBuffer())
                }
            }
            received.writeBytes(try await connection.read())
        }
    }

    private static func frame(_ type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        let head: [UInt8] = [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
        return head + withUnsafeBytes(of: stream.bigEndian, Array.init) + payload
    }
}
#endif
