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

    private enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
    }

    private static let endOfStream: UInt8 = 1
    private static let endOfHeaders: UInt8 = 4
    private static let acknowledgement: UInt8 = 1

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
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        try await connection.write(preface + Self.frame(Kind.settings, 0, 0, []))
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
        let block = fields.flatMap { [0, UInt8($0.0.utf8.count)] + $0.0.utf8 + [UInt8($0.1.utf8.count)] + $0.1.utf8 }
        let flags = Self.endOfHeaders | (body == nil ? Self.endOfStream : 0)
        var bytes = Self.frame(Kind.headers, flags, lastStream, block)
        if let body { bytes += Self.frame(Kind.data, Self.endOfStream, lastStream, Array(body.utf8)) }
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
            if received.count >= 9 {
                let length = Int(received[0]) << 16 | Int(received[1]) << 8 | Int(received[2])
                if received.count >= 9 + length {
                    let head = Array(received[..<9])
                    let payload = Array(received[9..<9 + length])
                    received.removeFirst(9 + length)
                    return try await take(head[3], head[4], Self.number(head[5..<9]), payload)
                }
            }
            received += try await connection.read()
        }
    }

    private func take(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) async throws {
        switch kind {
        case Kind.settings where flags == 0 && acknowledges:
            try await connection.write(Self.frame(Kind.settings, Self.acknowledgement, 0, []))
        case Kind.ping where flags == 0 && acknowledges:
            try await connection.write(Self.frame(Kind.ping, Self.acknowledgement, 0, payload))
        case Kind.goAway:
            goAways.append(Self.number(payload.prefix(4)))
        case Kind.headers:
            var block = ByteBuffer(bytes: payload)
            let status = try decoder.decodeHeaders(from: &block).first(name: ":status").flatMap { Int($0) }
            if let status { answers[stream, default: Answer()].status = status }
        case Kind.data:
            answers[stream, default: Answer()].text += String(decoding: payload, as: UTF8.self)
        case Kind.reset:
            ended.insert(stream)
        default:
            break
        }
        if kind == Kind.headers || kind == Kind.data, flags & Self.endOfStream != 0 {
            answers[stream, default: Answer()].isWhole = true
            ended.insert(stream)
        }
    }

    private static func frame(_ kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        let head = [UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF), kind, flags]
        return head + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> UInt32($0)) } + payload
    }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
