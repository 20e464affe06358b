// SPDX-License-Identifier: Apache-2.0
// SNI and Host must select the same policy, on every request and on both versions of HTTP.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import XCTest

final class MisdirectedTests: XCTestCase {
    private func withNames<Result>(
        _ body: (RunningApplication, ToolClients) async throws -> Result
    ) async throws -> Result {
        let clients = try ToolClients()
        return try await RunningApplication.withTLS(
            clients.authenticator(),
            customize: { tls in
                tls.validation = .request
                tls.namedPolicies = [
                    ServerNamePolicy("open.test", mode: ClientCertificateMode.none), ServerNamePolicy("a.test"),
                    ServerNamePolicy("b.test"),
                ]
            }
        ) { try await body($0, clients) }
    }

    func test_a_host_of_another_policy_is_answered_421() async throws {
        let tool = try ExternalTool("curl")
        try await withNames { server, clients in
            let alice = try clients.arguments(clients.alice)
            let cases: [(String, String, String, [String], String)] = [
                ("a.test", "a.test", "/secure", alice, "200"), ("a.test", "b.test", "/secure", alice, "200"),
                ("A.Test", "B.TEST.", "/secure", alice, "200"), ("a.test", "open.test", "/public", alice, "421"),
                ("open.test", "a.test", "/secure", alice, "421"), ("open.test", "open.test", "/public", [], "200"),
                ("open.test", "unknown.test", "/public", [], "421"), ("unknown.test", "a.test", "/public", [], "000"),
            ]
            for version in ["1.1", "2"] {
                for (name, host, path, arguments, status) in cases {
                    let output = try await server.curl(
                        tool,
                        ["--http\(version)", "-H", "Host: \(host)"] + arguments,
                        path: path,
                        host: name
                    )
                    XCTAssertTrue(output.hasSuffix(status), "\(version): \(name), host \(host): \(output)")
                    if status == "421" {
                        XCTAssertTrue(output.contains("\"code\":\"misdirected-request\""), output)
                    }
                }
            }
        }
    }

    func test_a_request_with_two_hosts_is_malformed() async throws {
        try await withNames { server, clients in
            var client = server.client(clients.alice)
            client.serverName = "open.test"
            for (second, status) in [("", 200), ("Host: open.test\r\n", 400), ("Host: a.test\r\n", 400)] {
                try await client.withConnection { connection in
                    let request = "GET /public HTTP/1.1\r\nHost: open.test\r\n\(second)\r\n"
                    try await connection.write(Array(request.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status, second)
                }
            }
        }
    }

    func test_a_request_line_of_another_form_is_refused() async throws {
        try await withNames { server, clients in
            var client = server.client(clients.alice)
            client.serverName = "open.test"
            let cases = [
                ("GET /public HTTP/1.1", 200), ("GET  /public HTTP/1.1", 400), ("GET /public  HTTP/1.1", 400),
                ("GET /public HTTP/1.1 ", 400), (" GET /public HTTP/1.1", 400), ("GET\t/public HTTP/1.1", 400),
                ("GET /public RTSP/1.0", 400), ("\r\nGET /public HTTP/1.1", 200),
            ]
            for (line, status) in cases {
                try await client.withConnection { connection in
                    // The second request of a connection, and in two pieces, too.
                    try await connection.write(Array("POST /none HTTP/1.1\r\nHost: open.test\r\n".utf8))
                    try await connection.write(Array("Content-Length: 3\r\n\r\nabc".utf8))
                    let first = try await connection.readResponse()
                    XCTAssertEqual(first.status, 404)
                    let request = Array("\(line)\r\nHost: open.test\r\n\r\n".utf8)
                    try await connection.write(Array(request.prefix(6)))
                    try await connection.write(Array(request.dropFirst(6)))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status, line)
                }
            }
        }
    }

    func test_an_absolute_target_of_another_host_and_an_invalid_host_are_malformed() async throws {
        try await withNames { server, clients in
            var client = server.client(clients.alice)
            client.serverName = "open.test"
            let cases = [
                ("/public", "open.test", 200),
                ("https://a.test/public", "open.test", 400), ("http://open.test/public", "open.test", 400),
                ("https://u@open.test/public", "open.test", 400), ("/public", "open.test,a.test", 400),
                ("/public", "open.test/", 400), ("/public#x", "open.test", 400),
            ]
            for (target, host, status) in cases {
                try await client.withConnection { connection in
                    let request = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n"
                    try await connection.write(Array(request.utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status, "\(target) \(host)")
                }
            }
        }
    }
}
#endif
