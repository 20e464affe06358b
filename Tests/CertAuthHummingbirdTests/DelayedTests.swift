// SPDX-License-Identifier: Apache-2.0
// Mode delayed with curl on both TLS versions, and when no certificate must be requested.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import XCTest

final class DelayedTests: XCTestCase {
    private static let versions: [(arguments: [String], name: String)] = [
        (["--tlsv1.2", "--tls-max", "1.2"], "TLSv1.2"), (["--tlsv1.3"], "TLSv1.3"),
    ]

    private static func routes(_ router: Router<TestContext>) {
        router.get("public") { _, context in RunningApplication.description(of: context) + "\n" }
        let secure = router.group("secure").add(middleware: AuthorizationMiddleware())
        secure.get { _, context in RunningApplication.description(of: context) + "\n" }
        secure.post { request, context in
            let body = try await request.body.collect(upTo: context.maxUploadSize)
            return "\(RunningApplication.description(of: context)) \(body.readableBytes)\n"
        }
        router.group("elsewhere").add(middleware: AuthorizationMiddleware(certificateHost: "cert.test:8443"))
            .get { _, context in RunningApplication.description(of: context) + "\n" }
        router.post("chosen") { request, context in
            var (request, context) = (request, context)
            _ = try await context.requestClientCertificate(reading: &request)
            let body = try await request.body.collect(upTo: context.maxUploadSize)
            return "\(RunningApplication.description(of: context)) \(body.readableBytes)\n"
        }
    }

    private func withDelayed<Result>(
        _ clients: ToolClients,
        _ body: (RunningApplication) async throws -> Result
    ) async throws -> Result {
        try await RunningApplication.withTLS(
            clients.authenticator(),
            mode: .delayed,
            routes: Self.routes,
            body
        )
    }

    func test_curl_is_asked_on_the_route_that_needs_it_and_once_a_connection() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await withDelayed(clients) { server in
            for version in Self.versions {
                let lines = try await tool.requestThrice(
                    port: server.port,
                    version.arguments + clients.arguments(clients.alice)
                )
                let expected = ["anonymous", "200 1", "alice", "200 0", "alice", "200 0"]
                XCTAssertEqual(lines, expected, version.name)
            }
        }
    }

    func test_a_large_body_is_read_before_the_client_is_asked() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 1024 * 1024), as: "body")
        try await withDelayed(clients) { server in
            for version in Self.versions {
                for (path, expectation) in [
                    ("/secure", "Expect: 100-continue"), ("/secure", "Expect:"), ("/chosen", "Expect:"),
                ] {
                    let lines = try await tool.requestThrice(
                        port: server.port,
                        version.arguments + clients.arguments(clients.alice),
                        secure: ["--data-binary", "@\(body)", "-H", expectation],
                        path: path
                    )
                    let expected = ["anonymous", "200 1", "alice 1048576", "200 0", "alice 1048576", "200 0"]
                    XCTAssertEqual(lines, expected, "\(version.name) \(path) \(expectation)")
                }
            }
        }
    }

    func test_a_body_over_the_limit_is_refused_before_the_client_is_asked() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 2 * 1024 * 1024 + 1), as: "body")
        try await withDelayed(clients) { server in
            let arguments = try ["--http1.1", "--data-binary", "@\(body)"] + clients.arguments(clients.alice)
            let refused = try await server.curl(tool, arguments, path: "/secure")
            XCTAssertTrue(refused.contains("\"code\":\"body-too-large\""), refused)
            XCTAssertTrue(refused.hasSuffix(" 1.1 413"), refused)
        }
    }

    func test_a_body_announced_as_too_large_is_refused_before_100_Continue() async throws {
        let clients = try ToolClients()
        try await withDelayed(clients) { server in
            for (length, first) in [(10, "HTTP/1.1 100 "), (2 * 1024 * 1024 + 1, "HTTP/1.1 413 ")] {
                try await server.client(clients.alice).withConnection { connection in
                    let head = "POST /secure HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n"
                    try await connection.write(Array("\(head)Expect: 100-continue\r\n\r\n".utf8))
                    let answer = String(decoding: try await connection.read(), as: UTF8.self)
                    XCTAssertTrue(answer.hasPrefix(first), answer)
                }
            }
        }
    }

    func test_a_decline_gives_no_certificate_and_a_refusal_gives_its_reason() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let cases: [(TestIdentity?, String)] = [
            (nil, "no-certificate"), (clients.expired, "expired"), (clients.stranger, "untrusted"),
        ]
        try await withDelayed(clients) { server in
            for version in Self.versions {
                for (identity, code) in cases {
                    let lines = try await tool.requestThrice(
                        port: server.port,
                        version.arguments + clients.arguments(identity)
                    )
                    XCTAssertEqual(lines.prefix(2), ["anonymous", "200 1"], "\(version.name) \(code)")
                    let refused = lines.dropFirst(2)
                    XCTAssertEqual(refused.count, 2, "\(lines)")
                    for line in refused {
                        XCTAssertTrue(line.contains("\"code\":\"\(code)\""), "\(version.name): \(line)")
                        XCTAssertTrue(line.hasSuffix("403 0"), "\(version.name): \(line)")
                    }
                }
            }
        }
    }

    func test_a_client_that_cannot_be_asked_is_refused_or_redirected() async throws {
        let clients = try ToolClients()
        try await withDelayed(clients) { server in
            var client = server.client(clients.alice)
            client.version = .tls13
            let refused = try await client.get("/secure")
            XCTAssertEqual(refused.problemCode, "late-certificate-unsupported")
            XCTAssertEqual(refused.status, 403)
            let sent = try await client.get("/elsewhere?page=2")
            XCTAssertEqual(sent.status, 307)
            XCTAssertEqual(sent.headerFields[.location], "https://cert.test:8443/elsewhere?page=2")
            client.answersLateRequests = true
            let asked = try await client.get("/elsewhere?page=2")
            XCTAssertEqual(asked.text, "alice\n")
        }
    }

    func test_a_client_that_has_sent_its_next_request_is_not_asked() async throws {
        let clients = try ToolClients()
        try await withDelayed(clients) { server in
            var client = server.client(clients.alice)
            client.answersLateRequests = true
            try await client.withConnection { connection in
                let request = "GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n"
                try await connection.write(Array((request + request).utf8))
                let first = try await connection.readResponse()
                XCTAssertEqual(first.problemCode, "late-certificate-pipelined")
            }
            try await client.withConnection { connection in
                let request = "GET /secure HTTP/1.1\r\nHost: localhost\r\n\r\n"
                try await connection.write(Array((request + "GET /sec").utf8))
                let refused = try await connection.readResponse()
                XCTAssertEqual(refused.problemCode, "late-certificate-pipelined")
                try await connection.write(Array("ure HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
                let asked = try await connection.readResponse()
                XCTAssertEqual(asked.text, "alice\n")
            }
        }
    }
}
#endif
