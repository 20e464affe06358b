// SPDX-License-Identifier: Apache-2.0
// curl over HTTP/1.1 and HTTP/2, with good, bad and no certificates.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import XCTest

final class ServedVersionsTests: XCTestCase {
    private static let versions: [(arguments: [String], name: String)] = [
        (["--http1.1"], "1.1"), (["--http2"], "2"), (["--http2", "--tls-max", "1.2"], "2"),
    ]

    func test_curl_is_accepted_with_a_good_certificate_and_refused_with_the_reason_for_each_other() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await RunningApplication.withTLS(clients.authenticator(), mode: .allow) { server in
            for version in Self.versions {
                let good = try await server.curl(
                    tool,
                    version.arguments + clients.arguments(clients.alice),
                    path: "/secure"
                )
                XCTAssertEqual(good, "alice \(version.name) 200")
                let cases: [(TestIdentity?, String, String)] = [
                    (nil, "no-certificate", "anonymous"), (clients.expired, "expired", "anonymous failure=expired"),
                    (clients.stranger, "untrusted", "anonymous failure=untrusted"),
                ]
                for (identity, code, seen) in cases {
                    let arguments = try version.arguments + clients.arguments(identity)
                    let refused = try await server.curl(tool, arguments, path: "/secure")
                    XCTAssertTrue(refused.contains("\"code\":\"\(code)\""), refused)
                    XCTAssertTrue(refused.hasSuffix(" \(version.name) 403"), refused)
                    let anonymous = try await server.curl(tool, arguments, path: "/public")
                    XCTAssertEqual(anonymous, "\(seen) \(version.name) 200")
                }
            }
        }
    }

    func test_in_mode_require_no_route_is_reached_without_an_authenticated_client_even_without_any_middleware()
        async throws
    {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            clients.authenticator(),
            routes: { $0.get("open") { _, context in RunningApplication.description(of: context) } }
        ) { server in
            for version in Self.versions {
                for (identity, code) in [(nil, "no-certificate"), (clients.expired, "expired")] {
                    let arguments = try version.arguments + clients.arguments(identity)
                    let refused = try await server.curl(tool, arguments, path: "/open")
                    XCTAssertTrue(refused.contains("\"code\":\"\(code)\""), refused)
                    XCTAssertTrue(refused.hasSuffix(" \(version.name) 403"), refused)
                }
                let arguments = try version.arguments + clients.arguments(clients.alice)
                let good = try await server.curl(tool, arguments, path: "/open")
                XCTAssertEqual(good, "alice \(version.name) 200")
            }
        }
    }

    func test_with_validation_in_the_handshake_a_refusal_is_an_alert() async throws {
        let clients = try ToolClients()
        try await RunningApplication.withTLS(clients.authenticator(), customize: { _ in }) { server in
            let good = try await server.client(clients.alice).get("/secure")
            XCTAssertEqual(good.text, "alice")
            let missing = try await server.client().outcome("/secure")
            XCTAssertEqual(missing, .alert("certificate_required"))
            let expired = try await server.client(clients.expired).outcome("/secure")
            XCTAssertEqual(expired, .alert("certificate_expired"))
        }
    }

    func test_the_answer_to_HEAD_has_no_body() async throws {
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .allow,
            routes: { router in
                RunningApplication.routes(router)
                router.group("secure").add(middleware: AuthorizationMiddleware()).head { _, _ in "" }
            }
        ) { server in
            try await server.client().withConnection { connection in
                let head = try await connection.send(TestRequest("/secure", method: .head))
                XCTAssertEqual(head.status, 403)
                XCTAssertNotEqual(head.headerFields[.contentLength], "0")
                let next = try await connection.get("/public")
                XCTAssertEqual(next.text, "anonymous")
            }
        }
    }

    func test_the_requests_of_a_connection_share_its_verdict() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            clients.authenticator(),
            routes: { router in
                router.get("connection") { _, context in
                    let facts = context.connection.facts
                    return "\(ObjectIdentifier(context.connection)) \(facts.negotiatedProtocol ?? "?")\n"
                }
            }
        ) { server in
            for (version, name) in [("--http1.1", "http/1.1"), ("--http2", "h2")] {
                let url = "https://127.0.0.1:\(server.port)/connection"
                let arguments = try ["-sk", version] + clients.arguments(clients.alice)
                let lines = try await tool.run(arguments + [url, url, url]).output.split(separator: "\n")
                XCTAssertEqual(lines.count, 3)
                XCTAssertEqual(Set(lines).count, 1, "\(lines)")
                XCTAssertTrue(lines.allSatisfy { $0.hasSuffix(name) }, "\(lines)")
            }
        }
    }

    func test_hooks_run_once_a_request() async throws {
        let clients = try ToolClients()
        let count = Counter()
        let events = CertificateAuthenticationEvents(onCertificateValidated: { context in
            count.increment()
            return .success(context.principal)
        })
        try await RunningApplication.withTLS(clients.authenticator(events: events)) { server in
            try await server.client(clients.alice).withConnection { connection in
                for expected in 1...3 {
                    let response = try await connection.get("/secure")
                    XCTAssertEqual(response.text, "alice")
                    XCTAssertEqual(count.value, expected)
                }
            }
        }
    }
}
#endif
