// SPDX-License-Identifier: Apache-2.0
// Mode delayed with curl and openssl s_client, on both TLS versions.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class DelayedPeerTests: XCTestCase {
    private static let versions: [(curl: [String], openssl: String)] = [
        (["--tlsv1.2", "--tls-max", "1.2"], "-tls1_2"), (["--tlsv1.3"], "-tls1_3"),
    ]

    private struct Clients {
        let folder: TemporaryDirectory
        let authority: TestAuthority
        let good: [String]
        let expired: [String]
        let untrusted: [String]

        init() throws {
            folder = try TemporaryDirectory()
            authority = try TestAuthority("Client Root")
            let good = try authority.issue("alice").write(to: folder, as: "good")
            let expired = try authority.issue("old", .expired).write(to: folder, as: "expired")
            let untrusted = try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted")
            self.good = ["--cert", good.chain, "--key", good.key]
            self.expired = ["--cert", expired.chain, "--key", expired.key]
            self.untrusted = ["--cert", untrusted.chain, "--key", untrusted.key]
        }
    }

    private func withDelayed(
        _ clients: Clients,
        limits: @escaping (inout HTTPSListenerLimits) -> Void = { _ in },
        _ body: (TestListener) async throws -> Void
    ) async throws {
        try await TestListener.withListener(
            trusting: clients.authority,
            mode: .delayed,
            customize: { configuration in
                configuration.requirement = { $0.path == "/public" ? .optional : .required }
                limits(&configuration.limits)
            },
            handler: { .text("\($0.principal?.name ?? "anonymous") \($0.body.count)\n") },
            body
        )
    }

    /// Requests `/public`, then `/secure` twice, on one connection; the last line is the number of connections made.
    private func curl(
        _ tool: ExternalTool,
        _ listener: TestListener,
        _ arguments: [String],
        secure: [String] = []
    ) async throws -> [String] {
        let base = "https://127.0.0.1:\(try XCTUnwrap(listener.address.port))"
        let common = ["-sk", "--http1.1", "--max-time", "20", "-w", "%{http_code} %{num_connects}\n"] + arguments
        let result = try await tool.run(
            common + ["\(base)/public", "--next"] + common + secure + ["\(base)/secure", "--next"]
                + common + secure + ["\(base)/secure"]
        )
        return result.output.split(separator: "\n").map(String.init)
    }

    func test_curl_is_accepted_after_a_public_request_on_the_same_connection() async throws {
        let tool = try ExternalTool("curl")
        let clients = try Clients()
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                let lines = try await curl(tool, listener, version.curl + clients.good)
                let expected = ["anonymous 0", "200 1", "alice 0", "200 0", "alice 0", "200 0"]
                XCTAssertEqual(lines, expected, version.openssl)
            }
        }
    }

    func test_curl_with_a_large_body_is_accepted_on_the_same_connection() async throws {
        let tool = try ExternalTool("curl")
        let clients = try Clients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 1024 * 1024), as: "body")
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                for expectation in [[], ["-H", "Expect: 100-continue"], ["-H", "Expect:"]] {
                    let lines = try await curl(
                        tool,
                        listener,
                        version.curl + clients.good,
                        secure: ["--data-binary", "@\(body)"] + expectation
                    )
                    let expected = ["anonymous 0", "200 1", "alice 1048576", "200 0", "alice 1048576", "200 0"]
                    XCTAssertEqual(lines, expected, "\(version.openssl) \(expectation)")
                }
            }
        }
    }

    func test_a_decline_gives_no_certificate_and_a_refusal_gives_its_reason() async throws {
        let tool = try ExternalTool("curl")
        let clients = try Clients()
        let cases = [([], "no-certificate"), (clients.expired, "expired"), (clients.untrusted, "untrusted")]
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                for (arguments, code) in cases {
                    let lines = try await curl(tool, listener, version.curl + arguments)
                    XCTAssertEqual(lines.prefix(2), ["anonymous 0", "200 1"], "\(version.openssl) \(code)")
                    let refused = lines.dropFirst(2)
                    XCTAssertEqual(refused.count, 2, "\(lines)")
                    for line in refused {
                        XCTAssertTrue(line.contains("\"code\":\"\(code)\""), "\(version.openssl): \(line)")
                        XCTAssertTrue(line.hasSuffix("403 0"), "\(version.openssl): \(line)")
                    }
                }
            }
        }
    }

    func test_a_body_over_the_limit_is_refused_before_the_client_is_asked() async throws {
        let tool = try ExternalTool("curl")
        let clients = try Clients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 2_000), as: "body")
        for (limit, expected) in [(1_999, "413"), (2_000, "200")] {
            try await withDelayed(clients, limits: { $0.bodyBytes = limit }) { listener in
                for version in Self.versions {
                    let port = try XCTUnwrap(listener.address.port)
                    let result = try await tool.run(
                        ["-sk", "--http1.1", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@\(body)"]
                            + version.curl + clients.good + ["https://127.0.0.1:\(port)/secure"]
                    )
                    XCTAssertEqual(result.output, expected, version.openssl)
                }
            }
        }
    }

    func test_an_OpenSSL_client_is_asked_only_if_it_offered_post_handshake_authentication() async throws {
        let tool = try ExternalTool("openssl")
        let clients = try Clients()
        let credentials = clients.good.map { $0.replacing("--", with: "-") }
        let cases: [([String], String)] = [
            (["-tls1_3"], "\"code\":\"late-certificate-unsupported\""), (["-tls1_3", "-enable_pha"], "alice 0"),
            (["-tls1_2"], "alice 0"),
        ]
        try await withDelayed(clients) { listener in
            for (arguments, expected) in cases {
                let port = try XCTUnwrap(listener.address.port)
                let result = try await tool.run(
                    ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + arguments + credentials,
                    input: "GET /secure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                XCTAssertTrue(result.output.contains(expected), "\(arguments): \(result.output)")
            }
            let declined = try await tool.run(
                [
                    "s_client", "-connect", "127.0.0.1:\(try XCTUnwrap(listener.address.port))", "-ign_eof",
                    "-enable_pha",
                ],
                input: "GET /secure HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            XCTAssertTrue(declined.output.contains("\"code\":\"no-certificate\""), declined.output)
        }
    }
}
