// SPDX-License-Identifier: Apache-2.0
// Frames without effect, and frames on closed streams, which SwiftNIO does not limit or answers differently.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Logging
import XCTest

final class HTTP2FrameFloodTests: XCTestCase {
    private typealias Frame = HTTP2TestFrame
    private typealias Peer = HTTP2TestPeer

    private func withPeer(
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = { .text("\($0.path) \($0.body.count)") },
        _ body: (HTTP2TestPeer) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.http2 = .all
            configuration.logger.logLevel = .critical
            limits(&configuration.limits)
        }
        try await TestListener.withListener(trusting: authority, customize: customize, handler: handler) { listener in
            try await listener.withHTTP2(listener.client(try authority.issue("alice")), body)
        }
    }

    private func assertEnds(_ peer: HTTP2TestPeer, _ code: UInt32, line: UInt = #line) async throws {
        let goAway = try await peer.goAway()
        XCTAssertEqual(goAway.errorCode, code, line: line)
        let end = try await peer.end()
        XCTAssertEqual(end, .closed(cleanly: true), line: line)
    }

    private static let idle: [(String, Frame)] = [
        ("WINDOW_UPDATE of the connection", Frame(.windowUpdate, Frame.number(1))),
        ("WINDOW_UPDATE of a stream that is over", Frame(.windowUpdate, stream: 1, Frame.number(1))),
        ("an unknown frame", Frame(unknown: 0x42, [1, 2, 3])),
        ("PRIORITY_UPDATE", Frame(unknown: 0x10, Frame.number(1) + [117])),
        ("an empty unknown frame on a stream", Frame(unknown: 0xFF, stream: 1)),
    ]

    func test_frames_that_do_nothing_end_the_connection_beyond_their_number() async throws {
        for (name, frame) in Self.idle {
            try await withPeer(limits: { $0.http2.otherFrames = 20 }) { peer in
                // 4 for each stream, and 3 for each answered request with a body, do not count.
                _ = try await peer.get("/", on: 1)
                try await peer.send([Frame](repeating: frame, count: 20 + 4 + 2))
                let answer = try await peer.get("/", on: 3)
                XCTAssertEqual(answer.text, "/ 0", name)
                try await peer.send([Frame](repeating: frame, count: 4 + 2))
                let second = try await peer.get("/", on: 5)
                XCTAssertEqual(second.text, "/ 0", name)
                try await peer.send([Frame](repeating: frame, count: 4 + 2 + 1))
                try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
            }
        }
    }

    func test_a_client_that_takes_a_large_answer_in_small_steps_is_no_flood() async throws {
        let size = 1_000_000
        try await withPeer(
            limits: { $0.http2.otherFrames = 20 },
            handler: { _ in ListenerResponse(status: .ok, body: [UInt8](repeating: 7, count: size)) }
        ) { peer in
            try await peer.send(.headers(1, Peer.fields("/")))
            var acknowledged = 0
            while peer.body(of: 1).count < size {
                try await peer.takeFrame()
                let step = peer.body(of: 1).count - acknowledged
                guard step >= 4_096 else { continue }
                acknowledged += step
                let number = Frame.number(UInt32(step))
                try await peer.send(Frame(.windowUpdate, number), Frame(.windowUpdate, stream: 1, number))
            }
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.body.count, size)
        }
    }

    func test_a_client_that_sends_GOAWAY_repeatedly_is_disconnected() async throws {
        let gate = Gate()
        defer { gate.open() }
        let goodbye = Frame(.goAway, Frame.number(0) + Frame.number(HTTP2TestError.noError))
        try await withPeer(
            limits: { $0.http2.otherFrames = 20 },
            handler: { _ in
                await gate.pass()
                return .text("")
            }
        ) { peer in
            try await peer.send(.headers(1, Peer.fields("/")))
            try await peer.send([Frame](repeating: goodbye, count: 25))
            try await assertEnds(peer, HTTP2TestError.enhanceYourCalm)
        }
    }

    func test_a_header_after_the_end_of_a_stream_is_STREAM_CLOSED() async throws {
        let gate = Gate()
        defer { gate.open() }
        let again = Frame.headers(1, [("x", "y")])
        let data = Frame(.data, flags: Frame.endStream, stream: 1, [1])
        let post = Frame.headers(1, Peer.fields("/wait", method: "POST"), endStream: false)
        let cases: [(String, [Frame])] = [
            ("while it is answered", [.headers(1, Peer.fields("/wait")), again]),
            ("a whole request", [.headers(1, Peer.fields("/wait")), .headers(1, Peer.fields("/"))]),
            ("behind a body", [post, data, again]), ("behind trailers", [post, again, again]),
        ]
        for (name, frames) in cases {
            try await withPeer(handler: { request in
                if request.path == "/wait" { await gate.pass() }
                return .text(request.path)
            }) { peer in
                try await peer.send(frames)
                let goAway = try await peer.goAway()
                XCTAssertEqual(goAway.errorCode, HTTP2TestError.streamClosed, name)
                try await assertEnds(peer, HTTP2TestError.streamClosed)
            }
        }
        try await withPeer { peer in
            _ = try await peer.get("/", on: 1)
            try await peer.send(again)
            try await assertEnds(peer, HTTP2TestError.streamClosed)
        }
    }

    func test_trailers_do_not_count_as_a_header_after_the_end_and_an_unused_stream_is_another_error() async throws {
        try await withPeer { peer in
            try await peer.send(
                .headers(1, Peer.fields("/", method: "POST"), endStream: false),
                Frame(.data, stream: 1, [1, 2]),
                .headers(1, [("x", "y")])
            )
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.text, "/ 2")
            let skipping = try await peer.get("/", on: 7)
            XCTAssertEqual(skipping.text, "/ 0")
            try await peer.send(.headers(5, Peer.fields("/")))
            try await assertEnds(peer, HTTP2TestError.protocolError)
        }
    }
}
