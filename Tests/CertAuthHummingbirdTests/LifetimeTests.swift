// SPDX-License-Identifier: Apache-2.0
// Connections end when their client is no longer accepted.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import XCTest

final class LifetimeTests: XCTestCase {
    func test_an_idle_connection_ends_when_its_certificate_is_revoked_and_others_stay_open() async throws {
        let clients = try ToolClients()
        let bob = try clients.authority.issue("bob")
        let authenticator = try clients.authenticator()
        try await RunningApplication.withTLS(authenticator) { server in
            try await server.client(clients.alice).withConnection { kept in
                try await server.client(bob).withConnection { ended in
                    let first = try await ended.get("/secure")
                    XCTAssertEqual(first.text, "bob")
                    let other = try await kept.get("/secure")
                    XCTAssertEqual(other.text, "alice")
                    authenticator.revoke(try bob.certificate)
                    let end = try await ended.end()
                    XCTAssertEqual(end, .closed(cleanly: true))
                }
                let after = try await kept.get("/secure")
                XCTAssertEqual(after.text, "alice")
            }
            let refused = try await server.client(bob).get("/secure")
            XCTAssertEqual(refused.problemCode, "revoked")
        }
    }

    func test_a_request_in_flight_is_answered_over_both_versions() async throws {
        let tool = try ExternalTool("curl")
        for version in ["1.1", "2"] {
            let clients = try ToolClients()
            let authenticator = try clients.authenticator()
            let reached = AsyncStream<Void>.makeStream()
            let gate = AsyncStream<Void>.makeStream()
            try await RunningApplication.withTLS(
                authenticator,
                routes: { router in
                    router.get("slow") { _, context in
                        reached.continuation.yield()
                        for await _ in gate.stream { break }
                        return RunningApplication.description(of: context)
                    }
                }
            ) { server in
                let arguments = try ["--http\(version)"] + clients.arguments(clients.alice)
                async let answer = server.curl(tool, arguments, path: "/slow")
                for await _ in reached.stream { break }
                authenticator.revoke(try clients.alice.certificate)
                gate.continuation.finish()
                let text = try await answer
                XCTAssertEqual(text, "alice \(version) 200")
                let refused = try await server.curl(tool, arguments, path: "/slow")
                XCTAssertTrue(refused.contains("\"code\":\"revoked\""), refused)
            }
        }
    }
}
#endif
