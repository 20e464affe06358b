// SPDX-License-Identifier: Apache-2.0
// A running server loads another configuration.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import Hummingbird
import XCTest

final class ReloadTests: XCTestCase {
    func test_a_reload_ends_idle_connections_and_validates_new_ones_by_the_new_trust() async throws {
        let (before, after) = (try ToolClients("Old Root"), try ToolClients("New Root"))
        var (tls, authority) = try RunningApplication.serverTLS(before.authenticator())
        let server = try CertAuthServer(http: .http1, tls: tls)
        try await RunningApplication.with(
            server.builder,
            serverAuthority: authority,
            routes: RunningApplication.routes
        ) { running in
            try await running.client(before.alice).withConnection { connection in
                let first = try await connection.get("/secure")
                XCTAssertEqual(first.text, "alice")
                tls.authenticator = try after.authenticator()
                try server.reload(tls)
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
            let old = try await running.client(before.alice).get("/secure")
            XCTAssertEqual(old.problemCode, "partial-chain")
            let new = try await running.client(after.alice).get("/secure")
            XCTAssertEqual(new.text, "alice")
        }
    }

    func test_changes_of_the_configuration_in_force_do_not_undo_each_other() async throws {
        let clients = try ToolClients()
        let (tls, authority) = try RunningApplication.serverTLS(clients.authenticator())
        let server = try CertAuthServer(http: .http1, tls: tls)
        struct Unwanted: Error {}
        XCTAssertThrowsError(
            try server.reload {
                $0.mode = .none
                throw Unwanted()
            }
        ) { XCTAssertTrue($0 is Unwanted) }
        XCTAssertThrowsError(try server.reload { _ in try server.reload { $0.mode = .none } }) {
            let text = "a change of the configuration reloads the same server: make both changes in one closure"
            XCTAssertEqual("\($0)", text)
        }
        // Two changes of different fields, many times at once: the end has both.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { try server.reload { $0.mode = .allow } }
                group.addTask { try server.reload { $0.minimumVersion = .tls13 } }
            }
            try await group.waitForAll()
        }
        try await RunningApplication.with(
            server.builder,
            serverAuthority: authority,
            routes: RunningApplication.routes
        ) { running in
            var client = running.client()
            let anonymous = try await client.get("/public")
            XCTAssertEqual(anonymous.text, "anonymous")
            client.version = .tls12
            do {
                _ = try await client.get("/public")
                XCTFail("TLS 1.2 is served")
            } catch is TestClientError {
            }
        }
    }

    func test_after_a_reload_a_request_on_an_old_connection_is_validated_by_the_new_trust() async throws {
        let (before, after) = (try ToolClients("Old Root"), try ToolClients("New Root"))
        var (tls, authority) = try RunningApplication.serverTLS(before.authenticator())
        let server = try CertAuthServer(http: .http1, tls: tls)
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let (releases, released) = AsyncStream<Void>.makeStream()
        try await RunningApplication.with(server.builder, serverAuthority: authority) { router in
            router.add(middleware: OptionalClientCertificateMiddleware())
            router.get("slow") { _, context in
                arrived.yield()
                for await _ in releases { break }
                return RunningApplication.description(of: context)
            }
            router.get("who") { _, context in RunningApplication.description(of: context) }
        } _: { running in
            try await running.client(before.alice).withConnection { connection in
                let host = "Host: localhost\r\n\r\n"
                // The second request is pipelined, so that Hummingbird keeps the connection open for it.
                try await connection.write(Array("GET /slow HTTP/1.1\r\n\(host)GET /who HTTP/1.1\r\n\(host)".utf8))
                for await _ in arrivals { break }
                tls.authenticator = try after.authenticator()
                try server.reload(tls)
                released.yield()
                let first = try await connection.readResponse()
                XCTAssertEqual(first.text, "alice")
                do {
                    let second = try await connection.readResponse()
                    XCTAssertEqual(second.problemCode, "partial-chain")
                } catch let error as TestClientError {
                    XCTAssertEqual(error, .closed(cleanly: true))
                }
            }
        }
    }

    func test_requests_that_come_after_a_reload_do_not_keep_the_connection_open() async throws {
        let clients = try ToolClients()
        let (tls, authority) = try RunningApplication.serverTLS(clients.authenticator())
        let server = try CertAuthServer(http: .http1, tls: tls)
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let (releases, released) = AsyncStream<Void>.makeStream()
        try await RunningApplication.with(server.builder, serverAuthority: authority) { router in
            router.add(middleware: OptionalClientCertificateMiddleware())
            router.get("slow") { _, context in
                arrived.yield()
                for await _ in releases { break }
                return RunningApplication.description(of: context)
            }
            router.get("late") { _, _ in "late" }
        } _: { running in
            try await running.client(clients.alice).withConnection { connection in
                let host = "Host: localhost\r\n\r\n"
                try await connection.write(Array("GET /slow HTTP/1.1\r\n\(host)".utf8))
                for await _ in arrivals { break }
                try server.reload(tls)
                let other = try await running.client(clients.alice).get("/late")
                XCTAssertEqual(other.text, "late")
                try await connection.write(
                    Array(repeating: "GET /late HTTP/1.1\r\n\(host)", count: 20).joined().utf8 + []
                )
                released.yield()
                let answer = try await connection.readResponse()
                XCTAssertEqual(answer.text, "alice")
                XCTAssertEqual(answer.headerFields[.connection], "close")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_a_contradictory_configuration_changes_nothing() async throws {
        let clients = try ToolClients()
        var (tls, authority) = try RunningApplication.serverTLS(clients.authenticator())
        let server = try CertAuthServer(http: .http1, tls: tls)
        try await RunningApplication.with(
            server.builder,
            serverAuthority: authority,
            routes: RunningApplication.routes
        ) { running in
            tls.authenticator = nil
            XCTAssertThrowsError(try server.reload(tls)) {
                XCTAssertEqual($0 as? TLSConfigurationError, .authenticatorMissing(mode: .require))
            }
            let response = try await running.client(clients.alice).get("/secure")
            XCTAssertEqual(response.text, "alice")
        }
    }
}
#endif
