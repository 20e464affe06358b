// SPDX-License-Identifier: Apache-2.0

public import CertAuthTestingHTTP
import NIOCore
import NIOHPACK

/// A client of one HTTP/2 connection that records how the connection's end affects its streams.
public final class SceneHTTP2Client {
    /// What was received on one stream.
    public struct Answer: Sendable, Equatable {
        /// Nil before the response head is received.
        public var status: Int?
        /// The body.
        public var text = ""
        /// Whether the stream ended with END_STREAM.
        public var isWhole = false
        /// The code in a refusal's problem document.
        public var problemCode: String? {
            guard let start = text.firstRange(of: "\"code\":\"")?.upperBound else { return nil }
            return String(text[start...].prefix { $0 != "\"" })
        }
    }

    private let connection: TLSTestConnection
    /// Whether the server's PING and SETTINGS frames are acknowledged.
    public var acknowledges = true
    /// The last stream identifier in each GOAWAY.
    public private(set) var goAways: [UInt32] = []
    /// The stream of the latest request.
    public private(set) var lastStream: UInt32 = 0
    private var answers: [UInt32: Answer] = [:]
    private var ended: Set<UInt32> = []
    private var received: [UInt8] = []
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())

    /// Sends the preface and an empty SETTINGS frame.
    public init(_ connection: TLSTestConnection) async throws {
        self.connection = connection
        try await connection.write(HTTP2TestFrame.preface + HTTP2TestFrame(.settings).bytes)
    }

    /// Sends a request without a body on a new stream.
    @discardableResult
    public func get(_ path: String) async throws -> UInt32 { try await request(path, method: "GET", body: nil) }

    /// Sends a request with a body on a new stream.
    @discardableResult
    public func post(_ path: String, _ body: String) async throws -> UInt32 {
        try await request(path, method: "POST", body: body)
    }

    private func request(_ path: String, method: String, body: String?) async throws -> UInt32 {
        lastStream = lastStream == 0 ? 1 : lastStream + 2
        let fields = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
        var bytes = HTTP2TestFrame.headers(lastStream, fields, endStream: body == nil).bytes
        if let body {
            bytes +=
                HTTP2TestFrame(.data, flags: HTTP2TestFrame.endStream, stream: lastStream, Array(body.utf8)).bytes
        }
        try await connection.write(bytes)
        return lastStream
    }

    /// Waits for the end of a stream or of the connection.
    public func answer(on stream: UInt32) async throws -> Answer {
        while !ended.contains(stream) {
            do {
                try await takeFrame()
            } catch TestClientError.closed {
                break
            }
        }
        return answers[stream] ?? Answer()
    }

    /// Waits for the first GOAWAY frame.
    public func goAway() async throws { while goAways.isEmpty { try await takeFrame() } }

    /// Waits until the server closes the connection, and returns how it was closed.
    public func end() async throws -> TestClientError {
        while true {
            do {
                try await takeFrame()
            } catch let error as TestClientError {
                return error
            }
        }
    }

    private func takeFrame() async throws {
        while true {
            if let frame = HTTP2TestFrame(takenFrom: &received) { return try await take(frame) }
            received += try await connection.read()
        }
    }

    private func take(_ frame: HTTP2TestFrame) async throws {
        switch frame.kind {
        case .settings? where frame.flags == 0 && acknowledges:
            try await connection.write(HTTP2TestFrame(.settings, flags: HTTP2TestFrame.acknowledgement).bytes)
        case .ping? where frame.flags == 0 && acknowledges:
            let answer = HTTP2TestFrame(.ping, flags: HTTP2TestFrame.acknowledgement, frame.payload)
            try await connection.write(answer.bytes)
        case .goAway?:
            if let last = frame.lastStream { goAways.append(last) }
        case .headers?:
            var block = ByteBuffer(bytes: frame.payload)
            let status = try decoder.decodeHeaders(from: &block).first(name: ":status").flatMap { Int($0) }
            if let status { answers[frame.stream, default: Answer()].status = status }
        case .data?:
            answers[frame.stream, default: Answer()].text += String(decoding: frame.payload, as: UTF8.self)
        case .resetStream?:
            ended.insert(frame.stream)
        default:
            break
        }
        if frame.endsStream {
            answers[frame.stream, default: Answer()].isWhole = true
            ended.insert(frame.stream)
        }
    }
}
