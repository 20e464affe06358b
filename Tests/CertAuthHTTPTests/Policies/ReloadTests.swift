// SPDX-License-Identifier: Apache-2.0
// Reloads without a restart, and resumed sessions of a real client.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

@testable import CertAuthHTTP

final class ReloadTests: XCTestCase {
    private func authenticator(_ authority: TestAuthority) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    private func tls(of listener: TestListener) throws -> TLSServerConfiguration {
        guard case .tls(let tls) = listener.listener.configuration.security else { throw ListenerError.notReloadable }
        return tls
    }

    func test_reloaded_trust_applies_to_open_connections_too() async throws {
        let old = try TestAuthority("Old Root")
        let new = try TestAuthority("New Root")
        try await TestListener.withListener(trusting: old) { listener in
            let alice = listener.client(try old.issue("alice"))
            let bob = listener.client(try new.issue("bob"))
            let before = try await bob.get("/")
            XCTAssertEqual(before.problemCode, "untrusted")
            var settings = try tls(of: listener)
            settings.authenticator = try authenticator(new)
            try await alice.withConnection { connection in
                let first = try await connection.get("/")
                XCTAssertEqual(first.text, "CN=alice")
                try listener.listener.reload { $0.tls = settings }
                let last = try await connection.get("/")
                XCTAssertEqual(last.problemCode, "untrusted", "an idle connection may have one more, by the new trust")
                XCTAssertEqual(last.headerFields[.connection], "close")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
            let after = try await alice.get("/")
            XCTAssertEqual(after.problemCode, "untrusted")
            let accepted = try await bob.get("/")
            XCTAssertEqual(accepted.text, "CN=bob")
        }
    }

    func test_a_request_that_overtakes_the_event_of_a_reload_is_the_last_of_its_connection() async throws {
        let old = try TestAuthority("Old Root")
        try await TestListener.withListener(trusting: old) { listener in
            var settings = try tls(of: listener)
            settings.authenticator = try authenticator(try TestAuthority("New Root"))
            var whole = listener.listener.configuration
            whole.security = .tls(settings)
            let reloaded = whole
            try await listener.client(try old.issue("alice")).withConnection { connection in
                let first = try await connection.get("/")
                XCTAssertEqual(first.text, "CN=alice")
                XCTAssertNil(first.headerFields[.connection])
                // The policies are replaced, and no connection is told.
                try listener.listener.setup.reload(reloaded)
                let last = try await connection.get("/")
                XCTAssertEqual(last.problemCode, "untrusted")
                XCTAssertEqual(last.headerFields[.connection], "close")
                let end = try await connection.end()
                XCTAssertEqual(end, .closed(cleanly: true))
            }
        }
    }

    func test_a_broken_reload_changes_nothing() async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(trusting: authority) { listener in
            var broken = try tls(of: listener)
            broken.authenticator = nil
            try await listener.client(try authority.issue("alice")).withConnection { connection in
                XCTAssertThrowsError(try listener.listener.reload { $0.tls = broken }) { error in
                    XCTAssertEqual(error as? TLSConfigurationError, .authenticatorMissing(mode: .require))
                }
                let response = try await connection.get("/")
                XCTAssertEqual(response.text, "CN=alice")
            }
        }
    }

    func test_reloads_under_load_lose_no_request() async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(trusting: authority) { listener in
            let client = listener.client(try authority.issue("alice"))
            let settings = try tls(of: listener)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var answered = 0
                        // One request for each connection: a reload may happen between two requests.
                        for _ in 0..<10 where try await client.get("/").status == 200 { answered += 1 }
                        return answered
                    }
                }
                for _ in 0..<10 {
                    try listener.listener.reload { $0.tls = settings }
                    await Task.yield()
                }
                var answered = 0
                for try await count in group { answered += count }
                XCTAssertEqual(answered, 80)
            }
        }
    }

    func test_OpenSSL_resumes_only_where_tickets_are_on_and_the_policy_is_the_same() async throws {
        let tool = try ExternalTool("openssl")
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Client Root")
        let other = try TestAuthority("Other Root")
        let files = try authority.issue("alice").write(to: folder, as: "alice")
        let session = folder.path(of: "session")
        let credentials = ["-cert", files.chain, "-key", files.key]
        for validation in ClientCertificateValidation.allCases {
            try await TestListener.withListener(
                trusting: authority,
                customize: {
                    try $0.withTLS {
                        $0.validation = validation
                        $0.sessionTickets = try SessionTickets()
                    }
                }
            ) { listener in
                let port = try XCTUnwrap(listener.address.port)
                let base = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-ign_eof"]
                let input = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                let first = try await tool.run(base + credentials + ["-sess_out", session], input: input)
                XCTAssertTrue(first.output.contains("CN=alice"), first.output)
                let second = try await tool.run(base + ["-sess_in", session], input: input)
                XCTAssertTrue(second.output.contains("Reused, TLSv1.3"), second.output)
                XCTAssertTrue(second.output.contains("\r\nCN=alice"), second.output)
                var settings = try tls(of: listener)
                settings.authenticator = try authenticator(other)
                try listener.listener.reload { $0.tls = settings }
                let third = try await tool.run(base + ["-sess_in", session], input: input)
                XCTAssertFalse(third.output.contains("Reused, "), third.output)
                XCTAssertFalse(third.output.contains("\r\nCN=alice"), third.output)
            }
        }
    }
}
