// SPDX-License-Identifier: Apache-2.0
// Clients that flood, stall or violate HTTP/2: each limit ends their connection, and other clients are served.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Logging
import NIOCore
import XCTest

final class HTTP2HostileTests: XCTestCase {
    private typealias Frame = HTTP2TestFrame
    private typealias Peer = HTTP2TestPeer

    private func withPeer(
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        settings: [(UInt8, UInt32)] = [],
        handler: @escaping HTTPSListener.Handler = { .text("\($0.body.count)") },
        _ body: (HTTP2TestPeer) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.http2 = .all
            configuration.logger.logLevel = .critical
            limits(&configuration.limits)
        }
        try await TestListener.withListener(trusting: authority, customize: customize, handler: handler) { listener in
            try await listener.withHTTP2(listener.client(alice), settings: settings, body)
            try await listener.withHTTP2(listener.client(alice)) { peer in
                let answer = try await peer.get("/", on: 1)
                XCTAssertEqual(answer.status, 200, "others are served")
            }
        }
    }

    /// The connection ends with GOAWAY and this code.
    private func assertEnds(
        _ peer: HTTP2TestPeer,
        _ code: UInt32,
        file: StaticString = #filePath,
        line: UInt = #line
    ) async throws {
        let goAway = try await peer.goAway()
        XCTAssertEqual(goAway.errorCode, code, file: file, line: line)
        let end = try await peer.end()
        XCTAssertEqual(end, .closed(cleanly: true), file: file, line: line)
    }

    private func request(_ stream: UInt32, endStream: Bool = true, _ more: [(String, String)] = []) -> Frame {
        .headers(stream, Peer.fields("/", method: "POST", more), endStream: endStream)
    }

    private func streams(_ count: Int, from first: UInt32 = 1) -> [UInt32] {
        (0..<count).map { first + 2 * UInt32($0) }
    }

    func test_a_rapid_reset_ends_the_connection_CVE_2023_44487() async throws {
        let reset = { (stream: UInt32) in Frame(.resetStream, stream: stream, Frame.number(HTTP2TestError.cancel)) }
        try await withPeer(limits: { $0.http2.resets = 20 }) { peer in
            try await peer.send(streams(20).flatMap { [request($0), reset($0)] })
            let answer = try await peer.get("/", on: 41)
            XCTAssertEqual(answer.status, 200, "as many as the limit are no attack")
            try await peer.send(request(43), reset(43))
            try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
        }
    }

    func test_requests_of_reset_streams_count_as_long_as_they_run() async throws {
        let gate = Gate()
        try await withPeer(
            limits: { $0.http2.concurrentStreams = 3 },
            handler: { request in
                if request.path == "/slow" { await gate.pass() }
                return .text("done")
            }
        ) { peer in
            for stream in streams(3) {
                try await peer.send(
                    .headers(stream, Peer.fields("/slow")),
                    Frame(.resetStream, stream: stream, Frame.number(HTTP2TestError.cancel))
                )
            }
            let refused = try await peer.get("/", on: 7)
            XCTAssertEqual(refused.reset, HTTP2TestError.refusedStream)
            gate.open()
            var stream: UInt32 = 9
            while try await peer.get("/", on: stream).status != 200 { stream += 2 }
        }
    }

    func test_streams_that_make_the_server_reset_them_end_the_connection_CVE_2025_8671() async throws {
        try await withPeer(limits: { $0.http2.streamErrors = 10 }) { peer in
            let overflow = { (stream: UInt32) in Frame(.windowUpdate, stream: stream, Frame.number(0)) }
            try await peer.send(streams(10).flatMap { [request($0, endStream: false), overflow($0)] })
            let answer = try await peer.get("/", on: 21)
            XCTAssertEqual(answer.status, 200)
            try await peer.send(request(23, endStream: false), overflow(23))
            try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
        }
    }

    func test_floods_of_control_frames_end_the_connection_CVE_2019_9512_9515() async throws {
        let floods: [Frame] = [
            Frame(.ping, [1, 2, 3, 4, 5, 6, 7, 8]), Frame(.settings, []),
            Frame(.priority, stream: 1, Frame.number(0) + [15]),
        ]
        for flood in floods {
            try await withPeer(limits: { $0.http2.controlFrames = 20 }) { peer in
                // The client's SETTINGS and its acknowledgement of the server's count too.
                try await peer.send([Frame](repeating: flood, count: 10))
                let answer = try await peer.get("/", on: 1)
                XCTAssertEqual(answer.status, 200)
                try await peer.send([Frame](repeating: flood, count: 11))
                try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
            }
        }
    }

    /// SwiftNIO visits every open stream for each entry.
    func test_a_settings_frame_of_more_than_32_entries_ends_the_connection() async throws {
        let entry: [UInt8] = [0, 4, 0, 0, 0xFF, 0xFF]
        try await withPeer { peer in
            try await peer.send([Frame(.settings, (0..<32).flatMap { _ in entry })])
            let answer = try await peer.get("/", on: 1)
            XCTAssertEqual(answer.status, 200)
            try await peer.send([Frame(.settings, (0..<33).flatMap { _ in entry })])
            try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
        }
    }

    func test_a_flood_of_continuations_ends_the_connection_CVE_2024_27316() async throws {
        let block = Frame.block(Peer.fields("/"))
        for count in [5, 6] {
            try await withPeer { peer in
                var frames = [Frame(.headers, flags: Frame.endStream, stream: 1, Array(block.prefix(1)))]
                frames += (0..<count - 1).map { _ in Frame(.continuation, stream: 1) }
                frames.append(Frame(.continuation, flags: Frame.endHeaders, stream: 1, Array(block.dropFirst())))
                try await peer.send(frames)
                if count == 5 {
                    let answer = try await peer.answer(on: 1)
                    XCTAssertEqual(answer.status, 200)
                } else {
                    try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
                }
            }
        }
    }

    func test_a_header_that_is_too_large_ends_the_connection() async throws {
        let long = String(repeating: "a", count: 15_000)
        try await withPeer { peer in
            try await peer.send(request(1, [("x", long)]))
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.status, 200)
            try await peer.send(request(3, [("x", long + String(repeating: "a", count: 1_380))]))
            let goAway = try await peer.goAway()
            XCTAssertNotEqual(goAway.errorCode, HTTP2TestError.noError)
        }
    }

    func test_limits_hold_for_a_client_that_never_acknowledges_them() async throws {
        try await withPeer(limits: {
            $0.headerBytes = 1_000
            $0.http2.concurrentStreams = 2
        }) { peer in
            peer.acknowledges = false
            try await peer.send(request(1, [("x", String(repeating: "a", count: 1_000))]))
            let large = try await peer.answer(on: 1)
            XCTAssertEqual(large.status, 431)
            XCTAssertEqual(large.problemCode, "headers-too-large")
            try await peer.send([3, 5, 7].map { request($0, endStream: false) })
            let third = try await peer.answer(on: 7)
            XCTAssertEqual(third.reset, HTTP2TestError.refusedStream)
        }
    }

    func test_a_field_section_that_decompresses_to_too_much_ends_the_connection_CVE_2016_6581() async throws {
        try await withPeer { peer in
            let value = [UInt8](repeating: 97, count: 100)
            // One literal in the dynamic table (RFC 7541 section 6.2.1), then one byte for each repetition.
            let bomb = [0x40, 1, 120, 100] + value + [UInt8](repeating: 0x80 | 62, count: 1_000)
            let block = Frame.block(Peer.fields("/")) + bomb
            try await peer.send(Frame(.headers, flags: Frame.endStream | Frame.endHeaders, stream: 1, block))
            let goAway = try await peer.goAway()
            XCTAssertNotEqual(goAway.errorCode, HTTP2TestError.noError)
        }
    }

    func test_a_flood_of_empty_data_ends_the_connection_CVE_2019_9518() async throws {
        try await withPeer { peer in
            try await peer.send(
                request(1, endStream: false),
                Frame(.data, stream: 1),
                Frame(.data, flags: 1, stream: 1)
            )
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.status, 200)
            try await peer.send([request(3, endStream: false)] + [Frame](repeating: Frame(.data, stream: 3), count: 2))
            try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
        }
    }

    func test_streams_beyond_the_limit_are_not_served() async throws {
        try await withPeer(limits: { $0.http2.concurrentStreams = 3 }) { peer in
            try await peer.send(streams(3).map { request($0, endStream: false) })
            try await peer.send(request(7))
            let refused = try await peer.answer(on: 7)
            XCTAssertEqual(refused.reset, HTTP2TestError.refusedStream)
            try await peer.send(Frame(.data, flags: 1, stream: 1, [97]))
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.text, "1")
            let next = try await peer.get("/", on: 9)
            XCTAssertEqual(next.status, 200)
        }
    }

    func test_an_answer_that_the_client_does_not_read_ends_only_its_stream() async throws {
        // SETTINGS_INITIAL_WINDOW_SIZE 0: the server may send no byte of a body.
        try await withPeer(
            limits: { $0.responseTimeout = .milliseconds(50) },
            settings: [(4, 0)],
            handler: { ListenerResponse(status: $0.path == "/empty" ? .noContent : .ok, body: [1]) }
        ) { peer in
            let stuck = try await peer.get("/", on: 1)
            XCTAssertEqual(stuck.status, 200)
            XCTAssertEqual(stuck.body, [])
            XCTAssertEqual(stuck.reset, HTTP2TestError.cancel)
            let empty = try await peer.get("/empty", on: 3)
            XCTAssertEqual(empty.status, 204)
            XCTAssertNil(empty.reset)
        }
    }

    func test_an_answer_larger_than_the_window_waits_for_the_client() async throws {
        try await withPeer(handler: { request in
            ListenerResponse(status: .ok, body: [UInt8](repeating: 7, count: request.path == "/large" ? 70_000 : 1))
        }) { peer in
            try await peer.send(.headers(1, Peer.fields("/large")))
            while peer.body(of: 1).count < 65_535 { try await peer.takeFrame() }
            XCTAssertEqual(peer.body(of: 1).count, 65_535)
            try await peer.send(
                Frame(.windowUpdate, Frame.number(10_000)),
                Frame(.windowUpdate, stream: 1, Frame.number(10_000))
            )
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.body.count, 70_000)
        }
    }

    func test_bodies_wait_for_room_with_their_window_closed() async throws {
        try await withPeer(limits: {
            $0.bodyBytes = 100_000
            $0.http2.windowBytes = 65_535
            $0.http2.arrivingBodies = 1
        }) { peer in
            let half = { (stream: UInt32) in
                (0..<4).map { _ in Frame(.data, stream: stream, [UInt8](repeating: 97, count: 16_000)) }
            }
            try await peer.send([request(1, endStream: false)] + half(1) + [request(3, endStream: false)] + half(3))
            // A request without a body uses no buffer space.
            let small = try await peer.get("/", on: 5)
            XCTAssertEqual(small.status, 200)
            XCTAssertEqual(peer.windowUpdates(of: 3), [], "stream 3 waits for room")
            try await peer.send(Frame(.data, flags: 1, stream: 1))
            let first = try await peer.answer(on: 1)
            XCTAssertEqual(first.text, "64000")
            while peer.windowUpdates(of: 3).isEmpty { try await peer.takeFrame() }
            try await peer.send(half(3)[0], Frame(.data, flags: 1, stream: 3))
            let second = try await peer.answer(on: 3)
            XCTAssertEqual(second.text, "80000")
        }
    }

    /// Bodies that have already arrived are processed one after another, without recursion.
    func test_bodies_that_waited_for_room_together_are_answered_in_turn() async throws {
        try await withPeer(limits: {
            $0.http2.concurrentStreams = 100
            $0.http2.arrivingBodies = 1
        }) { peer in
            let waiting = (1..<90).map { UInt32($0 * 2 + 1) }
            var frames = [request(1, endStream: false)]
            for stream in waiting {
                frames += [request(stream, endStream: false), Frame(.data, flags: 1, stream: stream, [97])]
            }
            try await peer.send(frames)
            XCTAssertEqual(waiting.compactMap { peer.status(of: $0) }, [])
            try await peer.send(Frame(.data, flags: 1, stream: 1))
            for stream in [1] + waiting {
                let answer = try await peer.answer(on: stream)
                XCTAssertEqual(answer.text, stream == 1 ? "0" : "1")
            }
        }
    }

    func test_more_than_the_window_is_a_flow_control_error() async throws {
        try await withPeer(limits: {
            $0.bodyBytes = 200_000
            $0.http2.windowBytes = 65_535
            $0.http2.arrivingBodies = 1
        }) { peer in
            try await peer.send(request(1, endStream: false), request(3, endStream: false))
            try await peer.send((0..<5).map { _ in Frame(.data, stream: 3, [UInt8](repeating: 97, count: 16_000)) })
            let refused = try await peer.answer(on: 3)
            XCTAssertEqual(refused.reset, HTTP2TestError.flowControl)
            try await peer.send(Frame(.data, flags: 1, stream: 1, [1]))
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.text, "1")
        }
    }

    func test_a_body_that_stalls_is_answered_408() async throws {
        try await withPeer(limits: { $0.bodyTimeout = .milliseconds(50) }) { peer in
            try await peer.send(request(1, endStream: false))
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.status, 408)
            XCTAssertEqual(answer.problemCode, "request-timeout")
            let next = try await peer.get("/", on: 3)
            XCTAssertEqual(next.status, 200)
        }
    }

    func test_bytes_that_are_not_HTTP2_end_the_connection() async throws {
        let huge = Frame(.data, stream: 1, [UInt8](repeating: 0, count: 16_385))
        let cases: [([UInt8], UInt32)] = [
            (Frame(.data, stream: 1, [1]).bytes, HTTP2TestError.protocolError),
            (Frame(.headers, flags: 5, stream: 2, Frame.block(Peer.fields("/"))).bytes, HTTP2TestError.protocolError),
            (Frame(.ping, [1]).bytes, HTTP2TestError.frameSize), (huge.bytes, HTTP2TestError.frameSize),
            (Frame(.continuation, flags: 4, stream: 1).bytes, HTTP2TestError.protocolError),
            (Frame(.pushPromise, flags: 4, stream: 1, Frame.number(2)).bytes, HTTP2TestError.protocolError),
            (Frame(.windowUpdate, Frame.number(0)).bytes, HTTP2TestError.protocolError),
            (Frame(.windowUpdate, Frame.number(0x7FFF_FFFF)).bytes, HTTP2TestError.flowControl),
        ]
        for (bytes, code) in cases {
            try await withPeer { peer in
                try await peer.connection.write(bytes)
                let end = try await peer.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                XCTAssertEqual(peer.goAways.map(\.errorCode), [code], "\(bytes.prefix(12))")
            }
        }
    }

    func test_random_frames_never_stop_the_server() async throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            try await withPeer(limits: { $0.bodyTimeout = .milliseconds(200) }) { peer in
                var frames: [Frame] = []
                for _ in 0..<40 {
                    let kind = Frame.Kind(rawValue: UInt8.random(in: 0...9, using: &random)) ?? .data
                    let stream = UInt32.random(in: 0...9, using: &random)
                    let noise = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    let payload = kind == .headers ? Frame.block(Peer.fields("/")) + noise.prefix(2) : noise
                    frames.append(
                        Frame(kind, flags: UInt8.random(in: 0...255, using: &random), stream: stream, payload)
                    )
                }
                try await peer.send(frames)
                _ = try? await peer.connection.close()
                _ = try await peer.end()
            }
        }
    }
}
