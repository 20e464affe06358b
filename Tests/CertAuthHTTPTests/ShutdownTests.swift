// SPDX-License-Identifier: Apache-2.0
// A shutdown under load loses no request that has begun to arrive, and clients that stall do not delay it.

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

final class ShutdownTests: XCTestCase {
    private static let clientCount = 40

    private func withListener(
        http2: HTTP2Offer = .none,
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        handler: @escaping HTTPSListener.Handler = { .text("\($0.path) \($0.body.count)") },
        _ body: (TestListener, TLSTestClient) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        let customize: (inout HTTPSListenerConfiguration) -> Void = { configuration in
            configuration.http2 = http2
            configuration.logger.logLevel = .critical
            limits(&configuration.limits)
        }
        try await TestListener.withListener(trusting: authority, customize: customize, handler: handler) { listener in
            try await body(listener, listener.client(try authority.issue("alice")))
        }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func get(_ path: String) -> [UInt8] { bytes("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n") }

    /// The numbers of requests sent and answered.
    private struct Count: Sendable, Equatable {
        var sent = 0
        var answered = 0
    }

    /// Sends requests on one connection until an answer announces that it is the last.
    private static func load(_ client: TLSTestClient, _ warm: AsyncStream<Void>.Continuation) async throws -> Count {
        try await client.withConnection { connection in
            var count = Count()
            while true {
                count.sent += 1
                let request = TestRequest("/load", method: .post, body: [1, 2, 3, 4, 5])
                guard let answer = try? await connection.send(request), answer.text == "/load 5" else { return count }
                count.answered += 1
                if count.sent == 1 { warm.yield() }
                if answer.headerFields[.connection] == "close" { return count }
            }
        }
    }

    func test_a_shutdown_under_load_loses_no_request_of_HTTP1() async throws {
        try await withListener { listener, client in
            let warm = AsyncStream<Void>.makeStream()
            try await client.withConnection { halfBody in
                try await client.withConnection { halfHeader in
                    try await halfBody.write(bytes("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabcde"))
                    try await halfHeader.write(bytes("GET /header HTTP/1.1\r\nHost: a"))
                    let total = try await withThrowingTaskGroup(of: Count.self) { group in
                        for _ in 0..<Self.clientCount {
                            group.addTask { try await Self.load(client, warm.continuation) }
                        }
                        var warmed = 0
                        for await _ in warm.stream {
                            warmed += 1
                            if warmed == Self.clientCount { break }
                        }
                        async let isOver: Void = listener.listener.shutdown()
                        let total = try await group.reduce(into: Count()) { total, count in
                            total.sent += count.sent
                            total.answered += count.answered
                        }
                        try await halfBody.write(bytes("fghij"))
                        let body = try await halfBody.readResponse()
                        XCTAssertEqual(body.text, "/body 10")
                        XCTAssertEqual(body.headerFields[.connection], "close")
                        try await halfHeader.write(bytes("bc\r\n\r\n"))
                        let header = try await halfHeader.readResponse()
                        XCTAssertEqual(header.text, "/header 0")
                        XCTAssertEqual(header.headerFields[.connection], "close")
                        await isOver
                        return total
                    }
                    XCTAssertEqual(total.sent - total.answered, 0, "of \(total.sent)")
                    XCTAssertGreaterThanOrEqual(total.sent, 2 * Self.clientCount)
                }
            }
        }
    }

    /// Sends requests on one connection in sequence until the last stream is announced.
    private static func loadHTTP2(
        _ listener: TestListener,
        _ client: TLSTestClient,
        _ warm: AsyncStream<Void>.Continuation
    ) async throws -> Count {
        try await listener.withHTTP2(client) { peer in
            var count = Count()
            var stream: UInt32 = 1
            // A client that follows RFC 9113 opens no stream after it has received a GOAWAY.
            while peer.goAways.isEmpty {
                count.sent += 1
                guard let answer = try? await peer.get("/load", on: stream), answer.text == "/load 0" else {
                    return count
                }
                count.answered += 1
                if count.sent == 1 { warm.yield() }
                stream += 2
            }
            return count
        }
    }

    func test_a_shutdown_under_load_loses_no_request_of_HTTP2() async throws {
        try await withListener(http2: .all) { listener, client in
            let warm = AsyncStream<Void>.makeStream()
            try await listener.withHTTP2(client) { halfBody in
                try await listener.withHTTP2(client) { halfHeader in
                    let post = HTTP2TestPeer.fields("/body", method: "POST")
                    try await halfBody.send(
                        .headers(1, post, endStream: false),
                        HTTP2TestFrame(.data, stream: 1, [1, 2, 3, 4, 5])
                    )
                    let header = HTTP2TestFrame.headers(1, HTTP2TestPeer.fields("/header")).bytes
                    // An acknowledgement of the server's settings would be read as the rest of the header.
                    halfHeader.acknowledges = false
                    try await halfHeader.connection.write(Array(header.prefix(20)))
                    let total = try await withThrowingTaskGroup(of: Count.self) { group in
                        for _ in 0..<Self.clientCount {
                            group.addTask { try await Self.loadHTTP2(listener, client, warm.continuation) }
                        }
                        var warmed = 0
                        for await _ in warm.stream {
                            warmed += 1
                            if warmed == Self.clientCount { break }
                        }
                        async let isOver: Void = listener.listener.shutdown()
                        let total = try await group.reduce(into: Count()) { total, count in
                            total.sent += count.sent
                            total.answered += count.answered
                        }
                        try await halfBody.send(HTTP2TestFrame(.data, flags: 1, stream: 1, [6, 7, 8, 9, 10]))
                        let body = try await halfBody.answer(on: 1)
                        XCTAssertEqual(body.text, "/body 10")
                        try await halfHeader.connection.write(Array(header.dropFirst(20)))
                        let answer = try await halfHeader.answer(on: 1)
                        XCTAssertEqual(answer.text, "/header 0")
                        await isOver
                        return total
                    }
                    XCTAssertEqual(total.sent - total.answered, 0, "of \(total.sent)")
                    XCTAssertGreaterThanOrEqual(total.sent, 2 * Self.clientCount)
                }
            }
        }
    }

    func test_a_connection_between_requests_may_have_one_more_at_a_shutdown() async throws {
        try await withListener { listener, client in
            try await client.withConnection { used in
                try await client.withConnection { unused in
                    let first = try await used.get("/first")
                    XCTAssertNil(first.headerFields[.connection])
                    async let isOver: Void = listener.listener.shutdown()
                    await Self.waitUntilClosed(listener.address)
                    for connection in [used, unused] {
                        let last = try await connection.get("/last")
                        XCTAssertEqual(last.text, "/last 0")
                        XCTAssertEqual(last.headerFields[.connection], "close")
                        let end = try await connection.end()
                        XCTAssertEqual(end, .closed(cleanly: true))
                    }
                    await isOver
                }
            }
        }
    }

    func test_a_shorter_wait_for_idle_connections_ends_them_sooner() async throws {
        try await withListener(limits: { $0.idleShutdownTimeout = .milliseconds(50) }) { listener, client in
            try await client.withConnection { connection in
                _ = try await connection.get("/")
                async let isOver: Void = listener.listener.shutdown()
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                try await connection.close()
                await isOver
            }
        }
        var limits = HTTPSListenerLimits()
        XCTAssertEqual(limits.idleShutdownTimeout, limits.shutdownTimeout)
        limits.idleShutdownTimeout = .seconds(60)
        XCTAssertEqual(limits.idleShutdownTimeout, limits.shutdownTimeout, "never more than the shutdown has")
    }

    func test_pipelined_requests_are_all_answered_at_a_shutdown_and_the_last_answer_says_close() async throws {
        let gate = Gate()
        try await withListener(handler: { request in
            if request.path == "/slow" { await gate.pass() }
            return .text(request.path)
        }) { listener, client in
            try await client.withConnection { connection in
                try await connection.write(get("/slow") + get("/a"))
                await gate.arrivals(1)
                async let isOver: Void = listener.listener.shutdown()
                await Self.waitUntilClosed(listener.address)
                try await connection.write(get("/b") + get("/c").dropLast(3))
                try await connection.write(Array(get("/c").suffix(3)))
                gate.open()
                for path in ["/slow", "/a", "/b", "/c"] {
                    let answer = try await connection.readResponse()
                    XCTAssertEqual(answer.text, path)
                    XCTAssertEqual(answer.headerFields[.connection], path == "/c" ? "close" : nil, path)
                }
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                await isOver
            }
        }
    }

    func test_endless_pipelined_requests_do_not_delay_a_shutdown() async throws {
        try await withListener(limits: { $0.shutdownTimeout = .milliseconds(300) }) { listener, client in
            try await client.withConnection { connection in
                _ = try await connection.get("/first")
                async let isOver: Void = listener.listener.shutdown()
                // Each request arrives with the beginning of the next.
                var rest = get("/x").prefix(5)
                while true {
                    try await connection.write(Array(get("/x").dropFirst(5)) + rest)
                    if rest.isEmpty { break }
                    guard let answer = try? await connection.readResponse() else { break }
                    if answer.headerFields[.connection] == "close" { rest = [] }
                }
                await isOver
                XCTAssertEqual(listener.listener.connectionCount, 0)
            }
        }
    }

    func test_a_client_in_its_handshake_is_served_at_a_shutdown() async throws {
        for http2 in [HTTP2Offer.none, .all] {
            let gate = Gate()
            let authority = try TestAuthority("Client Root")
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .noCheck
            let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
                await gate.pass()
                return .success(context.principal)
            })
            let authenticator = try CertificateAuthenticator(options: options, events: events)
            try await TestListener.withListener(
                authenticator: authenticator,
                customize: { configuration in
                    configuration.http2 = http2
                    configuration.withTLS { $0.validation = .handshake }
                }
            ) { listener in
                let client = listener.client(try authority.issue("alice"))
                async let answer = client.get("/")
                await gate.arrivals(1)
                async let isOver: Void = listener.listener.shutdown()
                await Self.waitUntilClosed(listener.address)
                gate.open()
                let served = try await answer
                XCTAssertEqual(served.text, "CN=alice", "\(http2)")
                XCTAssertEqual(served.headerFields[.connection], "close")
                await isOver
            }
        }
    }

    func test_clients_that_stall_do_not_delay_a_shutdown() async throws {
        let beginnings = [
            "", "GET / HTTP/1.1\r\nHos", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a",
        ]
        let limits: (inout HTTPSListenerLimits) -> Void = {
            $0.shutdownTimeout = .milliseconds(200)
            $0.headerTimeout = .seconds(600)
            $0.bodyTimeout = .seconds(600)
        }
        try await withListener(limits: limits) { listener, client in
            let silent = try await PlainSocket(to: listener.address)
            try await Self.withConnections(beginnings.count, client) { connections in
                for (connection, beginning) in zip(connections, beginnings) {
                    try await connection.write(bytes(beginning))
                }
                async let isOver: Void = listener.listener.shutdown()
                for (connection, beginning) in zip(connections, beginnings) {
                    let end = try await connection.end()
                    XCTAssertEqual(end, .closed(cleanly: true), beginning)
                    try await connection.close()
                }
                await isOver
                XCTAssertEqual(listener.listener.connectionCount, 0)
            }
            let heard = try await silent.end()
            XCTAssertEqual(heard, [])
        }
    }

    func test_a_listener_without_TLS_answers_what_was_sent_and_does_not_reset_the_answer() async throws {
        let configuration = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
        var open = configuration
        open.requirement = { _ in .anonymous }
        open.limits.bodyBytes = 10
        let listener = try HTTPSListener(configuration: open) { .text($0.path) }
        let address = try await listener.start()
        // More than the server reads before it answers: an immediate close would reset the connection.
        let large = try await PlainSocket(to: address)
        let refused = try await large.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "x", count: 1_000_000)
        )
        XCTAssertTrue(refused.hasPrefix("HTTP/1.1 413 "), refused)
        let half = try await PlainSocket(to: address)
        try await half.send(bytes("GET /half HTTP/1.1\r\nHo"))
        while listener.connectionCount == 0 { await Task.yield() }
        async let isOver: Void = listener.shutdown()
        await Self.waitUntilClosed(address)
        let answer = try await half.exchange("st: a\r\n\r\n")
        XCTAssertTrue(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n/half"), answer)
        await isOver
        XCTAssertEqual(listener.connectionCount, 0)
    }

    func test_a_client_that_does_not_close_its_side_does_not_delay_a_shutdown() async throws {
        let limits: (inout HTTPSListenerLimits) -> Void = { $0.shutdownTimeout = .milliseconds(100) }
        try await withListener(limits: limits) { listener, client in
            try await client.withConnection { connection in
                _ = try await connection.get("/")
                let start = ContinuousClock.now
                // The test client neither reads nor closes in this time: TLS would wait 2 s for its close_notify.
                await listener.listener.shutdown()
                XCTAssertLessThan(ContinuousClock.now - start, .milliseconds(1_500))
                XCTAssertEqual(listener.listener.connectionCount, 0)
            }
        }
    }

    private static func withConnections(
        _ count: Int,
        _ client: TLSTestClient,
        opened: [TLSTestConnection] = [],
        _ body: ([TLSTestConnection]) async throws -> Void
    ) async throws {
        guard opened.count < count else { return try await body(opened) }
        try await client.withConnection { connection in
            try await withConnections(count, client, opened: opened + [connection], body)
        }
    }

    /// Connects until a connection is refused.
    private static func waitUntilClosed(_ address: ListenerAddress) async {
        while let socket = try? await PlainSocket(to: address) { await socket.close() }
    }
}
