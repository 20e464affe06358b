// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTestSupport
import CertAuthTestingHTTP
import NIOCore
import NIOHPACK
import XCTest

/// An HTTP/2 client that sends exactly the given frames on one connection.
final class HTTP2TestPeer {
    /// The result of one stream.
    struct Answer: Equatable {
        var status: Int?
        var fields: [String: String] = [:]
        var body: [UInt8] = []
        /// The code of RST_STREAM; nil if the stream ended normally.
        var reset: UInt32?
        var interim: [Int] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        var problemCode: String? {
            guard fields["content-type"] == "application/problem+json",
                let start = text.firstRange(of: "\"code\":\"")?.upperBound
            else { return nil }
            return String(text[start...].prefix { $0 != "\"" })
        }
    }

    let connection: TLSTestConnection
    /// Whether the server's PING and SETTINGS are acknowledged.
    var acknowledges = true
    private(set) var goAways: [HTTP2TestFrame] = []
    /// The PING frames of the server.
    private(set) var pings: [HTTP2TestFrame] = []
    private(set) var settings: [UInt8: UInt32] = [:]
    private var updates: [HTTP2TestFrame] = []
    private var answers: [UInt32: Answer] = [:]
    private var ended: Set<UInt32> = []
    private var received: [UInt8] = []
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())

    /// Sends the preface and the settings, as identifier and value.
    init(_ connection: TLSTestConnection, settings: [(UInt8, UInt32)] = []) async throws {
        self.connection = connection
        XCTAssertEqual(connection.applicationProtocol, "h2")
        let payload = settings.flatMap { [UInt8(0), $0.0] + HTTP2TestFrame.number($0.1) }
        try await connection.write(HTTP2TestFrame.preface + HTTP2TestFrame(.settings, payload).bytes)
    }

    static func fields(
        _ path: String,
        method: String = "GET",
        authority: String = "localhost",
        _ more: [(String, String)] = []
    ) -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path)] + more
    }

    func send(_ frames: HTTP2TestFrame...) async throws { try await send(frames) }

    func send(_ frames: [HTTP2TestFrame]) async throws { try await connection.write(frames.flatMap(\.bytes)) }

    /// Sends a request and waits for its answer.
    func get(_ path: String, on stream: UInt32, authority: String = "localhost") async throws -> Answer {
        try await send(.headers(stream, Self.fields(path, authority: authority)))
        return try await answer(on: stream)
    }

    /// Waits for the end of a stream.
    func answer(on stream: UInt32) async throws -> Answer {
        while !ended.contains(stream) { try await takeFrame() }
        return answers[stream] ?? Answer()
    }

    /// The interim answers received on a stream.
    func interim(on stream: UInt32) -> [Int] { answers[stream]?.interim ?? [] }

    /// The code of the RST_STREAM received on a stream.
    func reset(of stream: UInt32) -> UInt32? { answers[stream]?.reset }

    /// The status received on a stream.
    func status(of stream: UInt32) -> Int? { answers[stream]?.status }

    /// The part of a stream's body received so far.
    func body(of stream: UInt32) -> [UInt8] { answers[stream]?.body ?? [] }

    /// The WINDOW_UPDATE frames received for a stream.
    func windowUpdates(of stream: UInt32) -> [HTTP2TestFrame] { updates.filter { $0.stream == stream } }

    /// Waits for the first GOAWAY, or for one with an error code.
    func goAway(isError: Bool = true) async throws -> HTTP2TestFrame {
        while true {
            if let found = goAways.first(where: { !isError || $0.errorCode != HTTP2TestError.noError }) { return found }
            try await takeFrame()
        }
    }

    /// Waits until the server closes the connection, and returns how it was closed.
    func end() async throws -> TestClientError {
        while true {
            do {
                try await takeFrame()
            } catch let error as TestClientError {
                return error
            }
        }
    }

    /// Processes one frame from the server.
    @discardableResult
    func takeFrame() async throws -> HTTP2TestFrame {
        while true {
            if let frame = HTTP2TestFrame(takenFrom: &received) {
                try await take(frame)
                return frame
            }
            received += try await connection.read()
        }
    }

    /// Acknowledges a PING.
    func acknowledge(_ ping: HTTP2TestFrame) async throws {
        try await send(HTTP2TestFrame(.ping, flags: HTTP2TestFrame.acknowledgement, ping.payload))
    }

    private func take(_ frame: HTTP2TestFrame) async throws {
        switch frame.kind {
        case .settings? where frame.flags == 0:
            for start in stride(from: 0, to: frame.payload.count, by: 6) {
                let value = frame.payload[start + 2..<start + 6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                settings[frame.payload[start + 1]] = value
            }
            if acknowledges { try await send(HTTP2TestFrame(.settings, flags: HTTP2TestFrame.acknowledgement)) }
        case .windowUpdate?: updates.append(frame)
        case .ping? where frame.flags == 0:
            pings.append(frame)
            if acknowledges { try await acknowledge(frame) }
        case .goAway?: goAways.append(frame)
        case .headers?: try takeHead(frame)
        case .data?: answers[frame.stream, default: Answer()].body += frame.payload
        case .resetStream?:
            answers[frame.stream, default: Answer()].reset = frame.errorCode
            ended.insert(frame.stream)
        default: break
        }
        if frame.endsStream { ended.insert(frame.stream) }
    }

    private func takeHead(_ frame: HTTP2TestFrame) throws {
        XCTAssertNotEqual(frame.flags & HTTP2TestFrame.endHeaders, 0)
        var block = ByteBuffer(bytes: frame.payload)
        let headers = try decoder.decodeHeaders(from: &block)
        let status = headers.first(name: ":status").flatMap { Int($0) }
        if let status, status < 200 {
            answers[frame.stream, default: Answer()].interim.append(status)
            return
        }
        answers[frame.stream, default: Answer()].status = status
        for (name, value, _) in headers { answers[frame.stream, default: Answer()].fields[name] = value }
    }
}

extension TestListener {
    /// Connects with HTTP/2 and passes the connection to `body`.
    func withHTTP2<Result>(
        _ client: TLSTestClient,
        settings: [(UInt8, UInt32)] = [],
        _ body: (HTTP2TestPeer) async throws -> Result
    ) async throws -> Result {
        var client = client
        client.applicationProtocols = ["h2"]
        return try await client.withConnection { connection in
            try await body(HTTP2TestPeer(connection, settings: settings))
        }
    }
}
