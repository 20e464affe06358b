// SPDX-License-Identifier: Apache-2.0
// Starting, serving and stopping a listener.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import XCTest

final class HTTPSListenerTests: XCTestCase {
    func test_five_lines_show_a_good_and_a_bad_client() async throws {
        let authority = try TestAuthority("My Root")
        try await TestListener.withListener(trusting: authority) { listener in
            let good = try await listener.client(try authority.issue("alice")).get("/")
            let bad = try await listener.client(try authority.issue("alice", .expired)).get("/")
            XCTAssertEqual([good.status, bad.status], [200, 403])
        }
    }

    func test_the_request_carries_connection_and_principal() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(
            trusting: authority,
            handler: { request in
                let facts = request.connection.facts
                let chain = request.connection.presentedChain?.derEncoded.count ?? 0
                // The certificate is complete: its key can be read while the request is answered.
                let isKnown = request.principal != nil && request.client?.certificate.publicKeyHash() != nil
                return .text(
                    "\(request.head.scheme ?? "") \(request.connection.cipherSuite != nil) \(facts.serverName ?? "") \(facts.negotiatedProtocol ?? "") \(facts.tlsVersion?.rawValue ?? "") "
                        + "\(facts.isSecure) \(facts.isResumed) \(chain) \(isKnown) \(request.connection.mode)"
                )
            }
        ) { listener in
            var client = listener.client(try authority.intermediate("Issuing").issue("alice"))
            client.version = .tls13
            let response = try await client.get("/")
            XCTAssertEqual(response.text, "https true localhost http/1.1 TLSv1.3 true false 2 true require")
            client.serverName = nil
            client.applicationProtocols = []
            client.version = .tls12
            let bare = try await client.get("/")
            XCTAssertEqual(bare.text, "https true   TLSv1.2 true false 2 true require")
        }
    }

    func test_a_unix_socket_serves_and_is_removed_at_the_end() async throws {
        let authority = try TestAuthority("Root")
        let folder = try TemporaryDirectory()
        let path = folder.path(of: "listener.sock")
        try await TestListener.withListener(
            trusting: authority,
            customize: { $0.address = .unixSocket(path: path) }
        ) { listener in
            XCTAssertEqual(listener.address, .unixSocket(path: path))
            let response = try await listener.client(try authority.issue("alice")).get("/")
            XCTAssertEqual(response.text, "CN=alice")
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    }

    func test_a_listener_starts_once() async throws {
        let authority = try TestAuthority("Root")
        try await TestListener.withListener(trusting: authority) { listener in
            do {
                try await listener.listener.start()
                XCTFail("started twice")
            } catch let error as ListenerError {
                XCTAssertEqual(error, .alreadyStarted)
            }
        }
    }

    func test_run_logs_the_address_once_and_start_returns_it_without_a_line() async throws {
        let authority = try TestAuthority("Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let identity = try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM())
        let folder = try TemporaryDirectory()
        let unix = ListenerAddress.unixSocket(path: folder.path(of: "listener.sock"))
        let loopback = ListenerAddress.hostPort(host: "127.0.0.1", port: 0)
        let cases = [
            (false, loopback, "https://127.0.0.1:"), (true, loopback, "http://127.0.0.1:"), (true, unix, "\(unix)"),
        ]
        for (isPlain, address, expected) in cases {
            for isStarted in [false, true] {
                let log = LogRecorder()
                var configuration = HTTPSListenerConfiguration(plainAt: address)
                if !isPlain {
                    let tls = TLSServerConfiguration(identity: identity, authenticator: nil, mode: .none)
                    configuration = HTTPSListenerConfiguration(address: address, tls: tls)
                }
                configuration.logger = log.logger
                let listener = try HTTPSListener(configuration: configuration) { _ in .text("") }
                if isStarted { try await listener.start() }
                let running = Task { try await listener.run() }
                while listener.address == nil { await Task.yield() }
                let bound = try XCTUnwrap(listener.address)
                running.cancel()
                try await running.value
                let port = bound.port.map { "\($0)" } ?? ""
                let lines = log.lines.filter { $0.message.hasPrefix("listening") }
                XCTAssertEqual(lines.map(\.text), isStarted ? [] : ["notice listening on \(expected)\(port) "])
            }
        }
    }

    func test_limits_that_are_not_positive_are_refused() throws {
        var configuration = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
        configuration.limits.connections = 0
        XCTAssertThrowsError(try HTTPSListener(configuration: configuration) { _ in .text("") }) { error in
            XCTAssertEqual(error as? ListenerError, .notPositive(setting: "connections", found: 0))
        }
        configuration.limits.connections = 1
        XCTAssertNoThrow(try HTTPSListener(configuration: configuration) { _ in .text("") })
    }

    func test_a_shutdown_finishes_the_request_in_flight_and_then_closes() async throws {
        let authority = try TestAuthority("Root")
        let entered = AsyncStream<Void>.makeStream()
        let released = AsyncStream<Void>.makeStream()
        try await TestListener.withListener(
            trusting: authority,
            handler: { _ in
                // Off the event loop, which must still process events while the handler is blocked.
                await Task.yield()
                entered.continuation.finish()
                for await _ in released.stream {}
                return .text("finished")
            }
        ) { listener in
            try await listener.client(try authority.issue("alice")).withConnection { connection in
                async let response = connection.get("/")
                for await _ in entered.stream {}
                async let ended: Void = listener.listener.shutdown()
                await Self.waitUntilClosed(listener.address)
                released.continuation.finish()
                let answer = try await response
                XCTAssertEqual(answer.text, "finished")
                XCTAssertEqual(answer.headerFields[.connection], "close")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
                try await connection.close()
                await ended
                XCTAssertEqual(listener.listener.connectionCount, 0)
            }
        }
    }

    func test_a_shutdown_ends_a_request_that_takes_too_long() async throws {
        let authority = try TestAuthority("Root")
        let entered = AsyncStream<Void>.makeStream()
        let never = AsyncStream<Void>.makeStream()
        try await TestListener.withListener(
            trusting: authority,
            customize: { configuration in
                configuration.limits.shutdownTimeout = .milliseconds(100)
                configuration.withTLS { $0.limits.closeTimeout = .milliseconds(100) }
            },
            handler: { _ in
                // Off the event loop, which must still process events while the handler is blocked.
                await Task.yield()
                entered.continuation.finish()
                for await _ in never.stream {}
                return .text("too late")
            }
        ) { listener in
            let client = listener.client(try authority.issue("alice"))
            async let outcome = client.outcome("/")
            for await _ in entered.stream {}
            await listener.listener.shutdown()
            let end = try await outcome
            XCTAssertEqual(end, .closed(cleanly: true))
            XCTAssertEqual(listener.listener.connectionCount, 0)
        }
    }

    func test_a_service_group_runs_and_ends_the_listener() async throws {
        let configuration = HTTPSListenerConfiguration(plainAt: .hostPort(host: "127.0.0.1", port: 0))
        let listener = try HTTPSListener(configuration: configuration) { _ in .text("") }
        let address = try await listener.start()
        let group = ServiceGroup(services: [listener], logger: .init(label: "test"))
        async let running: Void = group.run()
        let response = try await PlainSocket(to: address).exchange(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        XCTAssertTrue(response.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), response)
        await group.triggerGracefulShutdown()
        try await running
        XCTAssertNil(listener.address)
    }

    /// Waits until the socket at `address` no longer listens.
    /// Connects until a connection is refused; other errors do not show the state of the listening socket.
    private static func waitUntilClosed(_ address: ListenerAddress) async {
        while true {
            do {
                await (try PlainSocket(to: address)).close()
            } catch {
                let causes = (error as? NIOConnectionError)?.connectionErrors.map(\.error) ?? [error]
                if causes.contains(where: { ($0 as? IOError)?.errnoCode == ECONNREFUSED }) { return }
            }
        }
    }
}
