// SPDX-License-Identifier: Apache-2.0
// Mode delayed with curl and openssl s_client, on both TLS versions.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class DelayedPeerTests: XCTestCase {
    private static let versions: [(curl: [String], openssl: String)] = [
        (["--tlsv1.2", "--tls-max", "1.2"], "-tls1_2"), (["--tlsv1.3"], "-tls1_3"),
    ]

    private func withDelayed(
        _ clients: ToolClients,
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

    func test_curl_is_accepted_after_a_public_request_on_the_same_connection() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                let lines = try await tool.requestThrice(
                    port: XCTUnwrap(listener.address.port),
                    version.curl + clients.arguments(clients.alice)
                )
                let expected = ["anonymous 0", "200 1", "alice 0", "200 0", "alice 0", "200 0"]
                XCTAssertEqual(lines, expected, version.openssl)
            }
        }
    }

    func test_curl_with_a_large_body_is_accepted_on_the_same_connection() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 1024 * 1024), as: "body")
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                for expectation in [[], ["-H", "Expect: 100-continue"], ["-H", "Expect:"]] {
                    let lines = try await tool.requestThrice(
                        port: XCTUnwrap(listener.address.port),
                        version.curl + clients.arguments(clients.alice),
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
        let clients = try ToolClients()
        let cases: [(TestIdentity?, String)] = [
            (nil, "no-certificate"), (clients.expired, "expired"), (clients.stranger, "untrusted"),
        ]
        try await withDelayed(clients) { listener in
            for version in Self.versions {
                for (identity, code) in cases {
                    let arguments = try clients.arguments(identity)
                    let lines = try await tool.requestThrice(
                        port: XCTUnwrap(listener.address.port),
                        version.curl + arguments
                    )
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
        let clients = try ToolClients()
        let body = try clients.folder.write([UInt8](repeating: 97, count: 2_000), as: "body")
        for (limit, expected) in [(1_999, "413"), (2_000, "200")] {
            try await withDelayed(clients, limits: { $0.bodyBytes = limit }) { listener in
                for version in Self.versions {
                    let port = try XCTUnwrap(listener.address.port)
                    let result = try await tool.run(
                        ["-sk", "--http1.1", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@\(body)"]
                            + version.curl + clients.arguments(clients.alice) + ["https://127.0.0.1:\(port)/secure"]
                    )
                    XCTAssertEqual(result.output, expected, version.openssl)
                }
            }
        }
    }

    func test_an_OpenSSL_client_is_asked_only_if_it_offered_post_handshake_authentication() async throws {
        let tool = try ExternalTool("openssl")
        let clients = try ToolClients()
        // s_client presents no intermediate certificates.
        let alice = try clients.authority.issue("alice")
        let credentials = try clients.arguments(alice).map { $0.replacing("--", with: "-") }
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
