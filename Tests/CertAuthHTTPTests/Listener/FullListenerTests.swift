// SPDX-License-Identifier: Apache-2.0
// What happens to clients while the limit of connections is reached, and what the operator is told.

import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOEmbedded
import XCTest

@testable import CertAuthHTTP

final class FullListenerTests: XCTestCase {
    private let recorder = LogRecorder()

    private func lines(_ level: String) -> [String] { recorder.lines.filter { $0.level == level }.map(\.message) }

    /// Counts the connections that reach the rest of the listening channel's pipeline.
    private final class Accepted: ChannelInboundHandler {
        typealias InboundIn = any Channel
        var count = 0
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { count += 1 }
    }

    func test_a_client_beyond_the_limit_is_refused_at_once_and_the_log_says_how_to_raise_it() async throws {
        let authority = try TestAuthority("Root")
        let logger = recorder.logger
        try await TestListener.withListener(
            trusting: authority,
            customize: {
                $0.limits.connections = 2
                $0.logger = logger
            }
        ) { listener in
            let first = try await PlainSocket(to: listener.address)
            let second = try await PlainSocket(to: listener.address)
            for _ in 1...20 {
                // The reset may arrive before the client has noticed that it is connected.
                let heard = try? await PlainSocket(to: listener.address).end()
                XCTAssertEqual(heard ?? [], [])
            }
            XCTAssertEqual(listener.listener.connectionCount, 2)
            XCTAssertEqual(
                lines("warning"),
                [
                    "2 connections are open, which is the limit: further clients are refused; raise limits.connections "
                        + "(certauth serve --connections) if they are legitimate"
                ]
            )
            await first.close()
            while listener.listener.connectionCount > 1 { await Task.yield() }
            let alice = listener.client(try authority.issue("alice"))
            var text: String?
            let end = ContinuousClock.now + .seconds(10)
            while text == nil, ContinuousClock.now < end { text = try? await alice.get("/").text }
            XCTAssertEqual(text, "CN=alice", "the listener accepts again")
            await second.close()
        }
    }

    func test_refused_clients_cost_no_more_when_there_are_ten_times_as_many() throws {
        for count in [30, 300] {
            let recorder = LogRecorder()
            let loop = EmbeddedEventLoop()
            let registry = ConnectionRegistry()
            let accepted = Accepted()
            let limit = ConnectionLimitHandler(
                limit: ConnectionLimit(limit: 2, whenFull: .refuse, logger: recorder.logger),
                registry: registry
            )
            let listening = EmbeddedChannel(handlers: [limit, accepted], loop: loop)
            let clients = (0..<count + 2).map { _ in EmbeddedChannel(loop: loop) }
            for client in clients {
                try client.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
                try listening.writeInbound(client as any Channel)
            }
            loop.run()
            XCTAssertEqual(clients.filter(\.isActive).count, 2)
            XCTAssertEqual(accepted.count, 2, "no handler is added to the others")
            XCTAssertEqual(registry.count, 2)
            XCTAssertEqual(recorder.lines.count, 1)
            loop.advanceTime(by: .seconds(11))
            XCTAssertEqual(
                recorder.lines.last?.text,
                "notice the limit of 2 connections is not reached any more; \(count) clients were refused meanwhile "
                    + "certauth.code=connection-limit"
            )
            XCTAssertEqual(recorder.lines.count, 2)
            for client in clients.prefix(2) { try client.close().wait() }
            loop.run()
            XCTAssertEqual(registry.count, 0)
            _ = try listening.finish()
        }
    }

    func test_the_limit_is_over_after_ten_seconds_without_a_refusal() {
        var report = FullListenerReport(limit: 5, whenFull: .refuse, logger: recorder.logger)
        let start = NIODeadline.uptimeNanoseconds(1)
        XCTAssertTrue(report.limitWasMet(at: start))
        XCTAssertFalse(report.limitWasMet(at: start + .seconds(6)))
        XCTAssertEqual(report.endIfCalm(isFull: true, at: start + .seconds(10)), .seconds(6))
        XCTAssertNil(report.endIfCalm(isFull: true, at: start + .seconds(16)))
        let end = "the limit of 5 connections is not reached any more; 2 clients were refused meanwhile"
        XCTAssertEqual(lines("notice"), [end])
        XCTAssertTrue(report.limitWasMet(at: start + .seconds(17)))
        XCTAssertEqual(lines("warning").count, 2)
    }

    func test_a_listener_whose_clients_wait_is_full_until_it_accepts_again() {
        var report = FullListenerReport(limit: 5, whenFull: .wait, logger: recorder.logger)
        let start = NIODeadline.uptimeNanoseconds(1)
        XCTAssertTrue(report.limitWasMet(at: start))
        XCTAssertEqual(report.endIfCalm(isFull: true, at: start + .seconds(10)), .seconds(10))
        XCTAssertNil(report.endIfCalm(isFull: false, at: start + .seconds(20)))
        XCTAssertEqual(
            recorder.lines.map(\.message),
            [
                "5 connections are open, which is the limit: further clients wait; raise limits.connections "
                    + "(certauth serve --connections) if they are legitimate",
                "the limit of 5 connections is not reached any more",
            ]
        )
    }
}
