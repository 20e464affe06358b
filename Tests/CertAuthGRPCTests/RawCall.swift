// SPDX-License-Identifier: Apache-2.0
// One gRPC call in HTTP/2 frames, over a TLS client that can resume sessions; the transport's own client cannot.

#if GRPC
import CertAuthTestSupport
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

    private let connection: TLSTestConnection
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var received: [UInt8] = []

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
        let body: [UInt8] = [0, 0, 0, 0, UInt8(message.count)] + message
        let frames = [
            HTTP2TestFrame(.settings),
            HTTP2TestFrame(.headers, flags: HTTP2TestFrame.endHeaders, stream: 1, Array(block.readableBytesView)),
            HTTP2TestFrame(.data, flags: HTTP2TestFrame.endStream, stream: 1, body),
        ]
        try await connection.write(HTTP2TestFrame.preface + frames.flatMap(\.bytes))
    }

    private mutating func answer() async throws -> Answer {
        var answer = Answer()
        while true {
            let frame = try await nextFrame()
            switch frame.kind {
            case .data?:
                answer.message += String(decoding: frame.payload.dropFirst(5), as: UTF8.self)
            case .headers?:
                var block = ByteBuffer(bytes: frame.payload)
                let headers = try decoder.decodeHeaders(from: &block)
                guard frame.endsStream else { continue }
                answer.status = headers.first(name: "grpc-status") ?? ""
                answer.statusMessage = headers.first(name: "grpc-message")
                return answer
            default:
                continue
            }
        }
    }

    private mutating func nextFrame() async throws -> HTTP2TestFrame {
        while true {
            if let frame = HTTP2TestFrame(takenFrom: &received) { return frame }
            received += try await connection.read()
        }
    }
}
#endif
