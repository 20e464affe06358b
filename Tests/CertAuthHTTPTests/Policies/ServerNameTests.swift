// SPDX-License-Identifier: Apache-2.0
// SNI and Host must select the same policy, on each request.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class ServerNameTests: XCTestCase {
    /// `open.test` has mode none; `a.test`, `b.test` and `*.c.test` share a policy; `strict.test` trusts another root.
    private func withNames<Result>(
        unnamed: UnnamedClients = .refused,
        _ body: (TestListener, _ alice: TestIdentity) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority("Client Root")
        let strict = try TestAuthority("Strict Root")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [strict.anchor]))
        )
        options.revocationMode = .noCheck
        let other = try CertificateAuthenticator(options: options)
        return try await TestListener.withListener(
            trusting: authority,
            mode: .require,
            customize: { configuration in
                configuration.requirement = { $0.path == "/public" ? .optional : .required }
                configuration.withTLS {
                    $0.namedPolicies = [
                        ServerNamePolicy("open.test", mode: ClientCertificateMode.none), ServerNamePolicy("a.test"),
                        ServerNamePolicy("b.test"), ServerNamePolicy("*.c.test"),
                        ServerNamePolicy("strict.test", authenticator: other),
                    ]
                    $0.unnamedClients = unnamed
                }
            },
            handler: { request in .text("\(request.host ?? "?") \(request.principal?.name ?? "anonymous")") }
        ) { try await body($0, try authority.issue("alice")) }
    }

    private func request(_ path: String = "/", host: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
    }

    func test_the_host_of_each_request_must_have_the_connections_policy() async throws {
        try await withNames { listener, alice in
            for version in TLSProtocolVersion.allCases {
                var client = listener.client(alice)
                client.version = version
                client.serverName = "a.test"
                let expected: [(String, Int)] = [
                    ("a.test", 200), ("A.TEST:8443", 200), ("a.test.", 200), ("b.test", 200), ("x.c.test", 200),
                    ("open.test", 421), ("OPEN.test.:443", 421), ("strict.test", 421), ("c.test", 421),
                    ("unknown.test", 421), ("127.0.0.1", 421), ("a.test", 200),
                ]
                try await client.withConnection { connection in
                    for (host, status) in expected {
                        try await connection.write(request(host: host))
                        let response = try await connection.readResponse()
                        XCTAssertEqual(response.status, status, host)
                        XCTAssertEqual(response.problemCode, status == 421 ? "misdirected-request" : nil, host)
                    }
                }
            }
        }
    }

    func test_an_absolute_target_counts_and_must_agree_with_host() async throws {
        try await withNames { listener, alice in
            var client = listener.client(alice)
            client.serverName = "open.test"
            let expected: [(String, String, Int)] = [
                ("https://open.test/public", "open.test", 200), ("https://OPEN.test:443/public", "OPEN.test:443", 200),
                ("https://strict.test/public", "strict.test", 421), ("https://a.test/public", "open.test", 400),
                ("https://open.test/public", "a.test", 400),
            ]
            for (target, host, status) in expected {
                try await client.withConnection { connection in
                    try await connection.write(Array("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status, "\(target) with Host \(host)")
                }
            }
        }
    }

    func test_a_connection_without_a_certificate_never_reaches_a_stricter_host() async throws {
        try await withNames { listener, _ in
            var client = listener.client()
            client.serverName = "open.test"
            try await client.withConnection { connection in
                for (host, status) in [("open.test", 200), ("strict.test", 421), ("a.test", 421), ("open.test", 200)] {
                    try await connection.write(request("/public", host: host))
                    let response = try await connection.readResponse()
                    XCTAssertEqual(response.status, status, host)
                }
            }
        }
    }

    func test_each_name_has_its_own_trust() async throws {
        try await withNames { listener, alice in
            var client = listener.client(alice)
            client.serverName = "strict.test"
            let strict = try await client.get("/")
            XCTAssertEqual(strict.problemCode, "untrusted")
            client.serverName = "x.y.c.test"
            let below = try await client.get("/")
            XCTAssertEqual(below.text, "x.y.c.test alice")
            client.serverName = "open.test"
            let open = try await client.get("/")
            XCTAssertEqual(open.problemCode, "no-certificate")
        }
    }

    func test_curl_is_served_by_name_and_gets_421_for_another_host() async throws {
        let tool = try ExternalTool("curl")
        let folder = try TemporaryDirectory()
        try await withNames { listener, alice in
            let files = try alice.write(to: folder, as: "alice")
            let port = try XCTUnwrap(listener.address.port)
            let credentials = ["--cert", files.chain, "--key", files.key]
            let cases: [(String, String, [String], String)] = [
                ("a.test", "a.test", credentials, "200"), ("a.test", "a.test", [], "403"),
                ("A.Test", "b.test", credentials, "200"), ("a.test", "open.test", credentials, "421"),
                ("open.test", "a.test", credentials, "421"), ("unknown.test", "unknown.test", credentials, "000"),
            ]
            for version in [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"]] {
                for (name, host, arguments, status) in cases {
                    let result = try await tool.run(
                        ["-sk", "--http1.1", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: \(host)"]
                            + ["--resolve", "\(name):\(port):127.0.0.1"] + version + arguments
                            + ["https://\(name):\(port)/"]
                    )
                    XCTAssertEqual(result.output, status, "\(name), Host \(host)")
                }
            }
        }
    }
}
