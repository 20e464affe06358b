// SPDX-License-Identifier: Apache-2.0
// How HTTP/2 connections end: in two steps, with each accepted request answered, and within their time limits.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Logging
import NIOCore
import Synchronization
import XCTest

final class HTTP2EndingTests: XCTestCase {
    private typealias Frame = HTTP2TestFrame

    private func withPeer(
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = { .text($0.path) },
        _ body: (TestListener, HTTP2TestPeer) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let alice = try authority.issue("alice")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.http2 = .all
            configuration.logger.logLevel = .critical
            limits(&configuration.limits)
        }
        try await TestListener.withListener(trusting: authority, customize: customize, handler: handler) { listener in
            try await listener.withHTTP2(listener.client(alice)) { try await body(listener, $0) }
        }
    }

    private func settings(of listener: TestListener) throws -> TLSServerConfiguration {
        guard case .tls(let tls) = listener.listener.configuration.security else { throw ListenerError.notReloadable }
        return tls
    }

    private func assertClosed(_ peer: HTTP2TestPeer, line: UInt = #line) async throws {
        let end = try await peer.end()
        XCTAssertEqual(end, .closed(cleanly: true), line: line)
    }

    func test_a_shutdown_answers_requests_in_flight_and_those_that_cross_its_first_GOAWAY() async throws {
        let gate = Gate()
        try await withPeer(handler: { request in
            if request.path == "/slow" { await gate.pass() }
            return .text(request.path)
        }) { listener, peer in
            try await peer.send(.headers(1, HTTP2TestPeer.fields("/slow")))
            _ = try await peer.get("/", on: 3)
            peer.acknowledges = false
            async let isOver: Void = listener.listener.shutdown()
            let first = try await peer.goAway(isError: false)
            XCTAssertEqual(first.lastStream, Frame.anyStream)
            XCTAssertEqual(first.errorCode, HTTP2TestError.noError)
            let crossing = try await peer.get("/crossing", on: 5)
            XCTAssertEqual(crossing.text, "/crossing")
            while peer.pings.isEmpty { try await peer.takeFrame() }
            try await peer.acknowledge(peer.pings[0])
            while peer.goAways.count < 2 { try await peer.takeFrame() }
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 5])
            XCTAssertEqual(peer.goAways.map(\.errorCode), [HTTP2TestError.noError, HTTP2TestError.noError])
            // Requests after the second GOAWAY are not answered; clients retry them on another connection.
            try await peer.send(.headers(7, HTTP2TestPeer.fields("/later")))
            gate.open()
            let slow = try await peer.answer(on: 1)
            XCTAssertEqual(slow.text, "/slow")
            XCTAssertNil(peer.status(of: 7))
            try await assertClosed(peer)
            await isOver
        }
    }

    func test_a_client_that_does_not_acknowledge_the_first_GOAWAY_still_gets_the_second() async throws {
        try await withPeer { listener, peer in
            _ = try await peer.get("/", on: 1)
            peer.acknowledges = false
            async let isOver: Void = listener.listener.shutdown()
            try await assertClosed(peer)
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 1])
            await isOver
        }
    }

    func test_a_request_that_has_begun_to_arrive_is_answered_at_a_shutdown() async throws {
        let request = Frame.headers(3, HTTP2TestPeer.fields("/half")).bytes
        let block = Frame.block(HTTP2TestPeer.fields("/half"))
        let start = Frame(.headers, flags: Frame.endStream, stream: 3, Array(block.prefix(7))).bytes
        let end = Frame(.continuation, flags: Frame.endHeaders, stream: 3, Array(block.dropFirst(7))).bytes
        for (start, end) in [
            (Array(request.prefix(4)), Array(request.dropFirst(4))),
            (Array(request.prefix(20)), Array(request.dropFirst(20))), (start, end),
        ] {
            try await withPeer { listener, peer in
                _ = try await peer.get("/", on: 1)
                peer.acknowledges = false
                try await peer.connection.write(start)
                try await listener.withHTTP2(listener.client()) { silent in
                    silent.acknowledges = false
                    while silent.settings.isEmpty { try await silent.takeFrame() }
                    async let isOver: Void = listener.listener.shutdown()
                    try await assertClosed(silent)
                    XCTAssertEqual(silent.goAways.count, 2, "the time for the answer to our PING is over")
                    try await peer.connection.write(end)
                    let answer = try await peer.answer(on: 3)
                    XCTAssertEqual(answer.text, "/half")
                    try await assertClosed(peer)
                    XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 3])
                    await isOver
                }
            }
        }
    }

    func test_a_header_that_never_ends_does_not_delay_a_shutdown() async throws {
        try await withPeer(limits: { $0.shutdownTimeout = .milliseconds(200) }) { listener, peer in
            _ = try await peer.get("/", on: 1)
            try await peer.connection.write(Array(Frame.headers(3, HTTP2TestPeer.fields("/half")).bytes.prefix(20)))
            async let isOver: Void = listener.listener.shutdown()
            try await assertClosed(peer)
            await isOver
        }
    }

    func test_a_shutdown_ends_idle_connections() async throws {
        try await withPeer { listener, peer in
            _ = try await peer.get("/", on: 1)
            async let isOver: Void = listener.listener.shutdown()
            try await assertClosed(peer)
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 1])
            await isOver
        }
    }

    func test_a_shutdown_does_not_wait_for_ever() async throws {
        let gate = Gate()
        defer { gate.open() }
        try await withPeer(
            limits: { $0.shutdownTimeout = .milliseconds(100) },
            handler: { _ in
                await gate.pass()
                return .text("late")
            }
        ) { listener, peer in
            try await peer.send(.headers(1, HTTP2TestPeer.fields("/")))
            async let isOver: Void = listener.listener.shutdown()
            try await assertClosed(peer)
            await isOver
        }
    }

    func test_a_reload_answers_what_is_in_flight_then_ends_the_connection() async throws {
        let gate = Gate()
        try await withPeer(handler: { request in
            if request.path == "/slow" { await gate.pass() }
            return .text(request.path)
        }) { listener, peer in
            try await peer.send(.headers(1, HTTP2TestPeer.fields("/slow")))
            _ = try await peer.get("/", on: 3)
            try listener.listener.reload { $0.tls = try settings(of: listener) }
            while peer.goAways.count < 2 { try await peer.takeFrame() }
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 3])
            gate.open()
            let slow = try await peer.answer(on: 1)
            XCTAssertEqual(slow.text, "/slow")
            try await assertClosed(peer)
        }
    }

    func test_a_connection_that_has_had_no_request_may_have_one_after_a_reload() async throws {
        try await withPeer { listener, peer in
            // The server's settings show that the connection is established.
            while peer.settings.isEmpty { try await peer.takeFrame() }
            try listener.listener.reload { $0.tls = try settings(of: listener) }
            let answer = try await peer.get("/only", on: 1)
            XCTAssertEqual(answer.text, "/only")
            try await assertClosed(peer)
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 1])
        }
    }

    func test_an_idle_connection_ends() async throws {
        try await withPeer(limits: { $0.idleTimeout = .milliseconds(100) }) { _, peer in
            try await assertClosed(peer)
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 0])
        }
        try await withPeer(limits: { $0.idleTimeout = .milliseconds(100) }) { _, peer in
            _ = try await peer.get("/", on: 1)
            try await assertClosed(peer)
            XCTAssertEqual(peer.goAways.map(\.lastStream), [Frame.anyStream, 1])
        }
    }

    func test_a_header_that_arrives_too_slowly_ends_the_connection() async throws {
        let request = Frame.headers(1, HTTP2TestPeer.fields("/")).bytes
        for count in [request.count - 1, 10] {
            try await withPeer(limits: { $0.headerTimeout = .milliseconds(100) }) { _, peer in
                // An acknowledgement of the server's settings would be read as the rest of the header.
                peer.acknowledges = false
                try await peer.connection.write(Array(request.prefix(count)))
                let goAway = try await peer.goAway()
                XCTAssertEqual(goAway.errorCode, HTTP2TestError.enhanceYourCalm)
                try await assertClosed(peer)
            }
        }
        try await withPeer(limits: { $0.headerTimeout = .milliseconds(100) }) { _, peer in
            let headers = Frame(.headers, flags: Frame.endStream, stream: 1, Frame.block(HTTP2TestPeer.fields("/")))
            peer.acknowledges = false
            try await peer.send(headers)
            let goAway = try await peer.goAway()
            XCTAssertEqual(goAway.errorCode, HTTP2TestError.enhanceYourCalm, "the field section has no end")
        }
    }

    func test_a_client_that_sends_no_preface_is_disconnected() async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: {
                $0.http2 = .all
                $0.limits.headerTimeout = .milliseconds(100)
            }
        ) { listener in
            var client = listener.client(try authority.issue("alice"))
            client.applicationProtocols = ["h2"]
            for bytes in [[], Array(HTTP2TestFrame.preface.prefix(10)), Array("GET / HTTP/1.1\r\n\r\n".utf8)] {
                try await client.withConnection { connection in
                    try await connection.write(bytes)
                    let end = try await connection.end()
                    XCTAssertEqual(end, .closed(cleanly: true), "\(bytes.count)")
                }
            }
        }
    }

    func test_requests_sent_before_the_clients_close_notify_are_answered() async throws {
        let gate = Gate()
        try await withPeer(handler: { request in
            await gate.pass()
            return .text(request.path)
        }) { _, peer in
            peer.acknowledges = false
            try await peer.send(
                .headers(1, HTTP2TestPeer.fields("/whole")),
                .headers(3, HTTP2TestPeer.fields("/half"), endStream: false)
            )
            try await peer.connection.close()
            gate.open()
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.text, "/whole")
            try await assertClosed(peer)
            XCTAssertEqual(gate.arrivalCount, 1)
        }
    }

    func test_a_client_that_goes_away_is_answered_first() async throws {
        let gate = Gate()
        try await withPeer(handler: { request in
            await gate.pass()
            return .text(request.path)
        }) { _, peer in
            try await peer.send(
                .headers(1, HTTP2TestPeer.fields("/whole")),
                Frame(.goAway, Frame.number(0) + Frame.number(HTTP2TestError.noError))
            )
            gate.open()
            let answer = try await peer.answer(on: 1)
            XCTAssertEqual(answer.text, "/whole")
            try await assertClosed(peer)
        }
    }

    func test_reloads_under_load_lose_no_request_that_was_taken() async throws {
        let authority = try TestAuthority("Client Root")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { $0.http2 = .all }
        try await TestListener.withListener(trusting: authority, customize: customize) { listener in
            let client = listener.client(try authority.issue("alice"))
            let settings = try settings(of: listener)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        var answered = 0
                        while answered < 20 { answered += try await Self.requests(20 - answered, listener, client) }
                        return answered
                    }
                }
                for _ in 0..<20 {
                    try listener.listener.reload { $0.tls = settings }
                    await Task.yield()
                }
                var answered = 0
                for try await count in group { answered += count }
                XCTAssertEqual(answered, 400)
            }
        }
    }

    /// Sends requests on one connection. Returns how many were accepted; each of them is answered.
    private static func requests(_ count: Int, _ listener: TestListener, _ client: TLSTestClient) async throws -> Int {
        try await listener.withHTTP2(client) { peer in
            let streams = (0..<count).map { UInt32(2 * $0 + 1) }
            try await peer.send(streams.map { .headers($0, HTTP2TestPeer.fields("/")) })
            var answered = 0
            for stream in streams {
                do {
                    let answer = try await peer.answer(on: stream)
                    guard answer.reset == nil else { continue }
                    XCTAssertEqual(answer.text, "CN=alice")
                    answered += 1
                } catch TestClientError.closed(let cleanly) {
                    XCTAssertTrue(cleanly)
                    let last = try XCTUnwrap(peer.goAways.last?.lastStream, "closed without GOAWAY")
                    XCTAssertGreaterThan(stream, last, "a request that was taken is answered")
                    break
                }
            }
            return answered
        }
    }

    func test_nothing_is_kept_of_a_connection_that_has_ended() async throws {
        final class Trace: Sendable {
            private struct Weak: Sendable { weak let connection: ClientCertificateConnection? }
            private let seen = Mutex<[Weak]>([])
            func note(_ connection: ClientCertificateConnection) {
                seen.withLock { $0.append(Weak(connection: connection)) }
            }
            var counts: (seen: Int, alive: Int) {
                seen.withLock { seen in (seen.count, seen.count { $0.connection != nil }) }
            }
        }
        let trace = Trace()
        try await withPeer(handler: { request in
            trace.note(request.connection)
            return .text(request.path)
        }) { _, peer in
            _ = try await peer.get("/", on: 1)
            try await peer.send(.headers(3, HTTP2TestPeer.fields("/"), endStream: false))
            _ = try await peer.get("/", on: 5)
        }
        // The handlers are released in the event loop's next turn.
        for _ in 0..<100_000 where trace.counts.alive > 0 { await Task.yield() }
        XCTAssertEqual(trace.counts.seen, 2)
        XCTAssertEqual(trace.counts.alive, 0)
    }
}
