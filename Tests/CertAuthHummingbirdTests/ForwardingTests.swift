// SPDX-License-Identifier: Apache-2.0
// Certificates that a proxy forwards, and headers from other senders that imitate them.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import XCTest

final class ForwardingTests: XCTestCase {
    private let header = "X-SSL-Client-Cert"

    private func routes(
        _ forwarding: CertificateForwarding,
        _ authenticator: CertificateAuthenticator
    ) -> (Router<TestContext>) throws -> Void {
        { router in
            router.add(middleware: try CertificateForwardingMiddleware(forwarding, authenticator: authenticator))
            router.add(middleware: OptionalClientCertificateMiddleware())
            router.get("public") { request, context in
                let left = request.headers.filter { $0.name.canonicalName.contains("cert") }.count
                return "\(RunningApplication.description(of: context)) left=\(left)"
            }
            router.group("secure").add(middleware: AuthorizationMiddleware()).get { _, context in
                RunningApplication.description(of: context)
            }
        }
    }

    private func forwarding(from networks: String) throws -> CertificateForwarding {
        try CertificateForwarding(
            .nginx(),
            from: TrustedProxies([.network(try NetworkRange(networks))])
        )
    }

    /// The headers that nginx sends for a client.
    private func headers(_ identity: TestIdentity, verdict: String = "SUCCESS") throws -> [String] {
        let pem = try XCTUnwrap(identity.certificatePEM().addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        return [
            "-H", "\(header): \(pem)", "-H", "X-SSL-Client-Verify: \(verdict)", "-H", "X-Forwarded-Proto: https",
        ]
    }

    private func curl(_ tool: ExternalTool, _ url: String, _ arguments: [String]) async throws -> String {
        let result = try await tool.run(["-s", "--max-time", "20", "-w", " %{http_code}"] + arguments + [url])
        return result.output
    }

    private func withServer<Result>(
        _ networks: String,
        _ clients: ToolClients,
        strips: Bool = false,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        var forwarding = try forwarding(from: networks)
        if strips { forwarding.untrustedPeers = .strip }
        let builders: [HTTPServerBuilder] = [.certAuthBehindProxy(), .http1()]
        var results: [Result] = []
        for builder in builders {
            let result = try await RunningApplication.with(
                builder,
                serverAuthority: clients.authority,
                routes: routes(forwarding, clients.authenticator())
            ) { try await body("http://127.0.0.1:\($0.port)") }
            results.append(result)
        }
        return try XCTUnwrap(results.last)
    }

    func test_a_forwarded_certificate_is_validated_like_any_other() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let direct = try clients.authority.issue("bob")
        try await withServer("127.0.0.0/8", clients) { base in
            let good = try await curl(tool, "\(base)/secure", headers(direct))
            XCTAssertEqual(good, "bob 200")
            let hidden = try await curl(tool, "\(base)/public", headers(direct) + ["-H", "Client-Cert: :AAAA:"])
            XCTAssertEqual(hidden, "bob left=0 200")
            let cases: [([String], String)] = [
                ([], "not-https"), (["-H", "X-Forwarded-Proto: https"], "no-certificate"),
                (try headers(clients.expired), "expired"), (try headers(clients.stranger), "untrusted"),
                (try headers(direct, verdict: "FAILED:expired"), "not-verified-by-proxy"),
            ]
            for (arguments, code) in cases {
                let refused = try await curl(tool, "\(base)/secure", arguments)
                XCTAssertTrue(refused.contains("\"code\":\"\(code)\""), refused)
                XCTAssertTrue(refused.hasSuffix(" 403"), refused)
            }
        }
    }

    func test_each_proxy_has_its_own_dialect() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let (alice, bob) = (try clients.authority.issue("alice"), try clients.authority.issue("bob"))
        let combined = try CertificateForwarding(combining: [
            forwarding(from: "127.0.0.1/32"),
            CertificateForwarding(.aspnet(), from: TrustedProxies([.network(try NetworkRange("127.0.0.2"))])),
        ])
        let nginx = try headers(alice)
        let aspnet = ["-H", "X-Client-Cert: \(Data(bob.certificateDER).base64EncodedString())"]
        let https = ["-H", "X-Forwarded-Proto: https"]
        for builder in [HTTPServerBuilder.certAuthBehindProxy(), .http1()] {
            try await RunningApplication.with(
                builder,
                serverAuthority: clients.authority,
                routes: routes(combined, clients.authenticator())
            ) { running in
                let cases: [(peer: String, [String], expected: String, vary: String?)] = [
                    ("127.0.0.1", nginx, "alice left=0 200", header),
                    ("127.0.0.2", aspnet + https, "bob left=0 200", "X-Client-Cert"),
                    ("127.0.0.1", nginx + aspnet, "alice left=0 200", header),
                    ("127.0.0.2", nginx + aspnet, "bob left=0 200", "X-Client-Cert"),
                    ("127.0.0.1", aspnet + https, "anonymous left=0 200", header),
                    ("127.0.0.2", nginx, "anonymous left=0 200", "X-Client-Cert"),
                ]
                for (peer, lines, expected, vary) in cases {
                    let url = "http://127.0.0.1:\(running.port)/public"
                    let found = try await curl(tool, url, ["--interface", peer] + lines)
                    XCTAssertEqual(found, expected, peer)
                    let answer = try await curl(tool, url, ["-i", "--interface", peer] + lines)
                    XCTAssertTrue(answer.lowercased().contains("vary: \(vary?.lowercased() ?? "")\r"), answer)
                }
                let stranger = try await curl(
                    tool,
                    "http://127.0.0.1:\(running.port)/public",
                    ["--interface", "127.0.0.3"] + aspnet + https
                )
                XCTAssertTrue(stranger.contains("\"code\":\"forwarding-untrusted\""), stranger)
                XCTAssertTrue(stranger.hasSuffix(" 400"), stranger)
            }
        }
    }

    func test_another_spelling_of_a_forwarding_header_refuses_the_request_on_every_route() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let direct = try clients.authority.issue("bob")
        let honest = try headers(direct)
        let spellings: [@Sendable (String) -> String] = [
            { $0.replacing("-", with: "_") }, { $0.replacing("-", with: ".") }, { $0.replacing("-", with: "~") },
            { $0 + "_" }, { "." + $0 },
        ]
        try await withServer("127.0.0.0/8", clients) { base in
            let exact = try await curl(tool, "\(base)/secure", honest.map { $0.replacing("X-SSL", with: "x-ssl") })
            XCTAssertEqual(exact, "bob 200")
            for field in [1, 3, 5] {
                let name = String(honest[field].prefix { $0 != ":" })
                let value = String(honest[field].dropFirst(name.utf8.count))
                for spell in spellings {
                    var alone = honest
                    alone[field] = spell(name) + value
                    for lines in [alone, honest + ["-H", alone[field]], ["-H", alone[field]] + honest] {
                        for path in ["public", "secure"] {
                            let found = try await curl(tool, "\(base)/\(path)", lines)
                            XCTAssertTrue(found.contains("\"code\":\"forwarding-untrusted\""), found)
                            XCTAssertTrue(found.hasSuffix(" 400"), found)
                        }
                    }
                }
                let twice = try await curl(tool, "\(base)/public", honest + ["-H", honest[field]])
                let code = name.lowercased() == "x-forwarded-proto" ? "forwarded-scheme" : "malformed"
                XCTAssertTrue(twice.contains("\"code\":\"\(code)\""), twice)
                XCTAssertTrue(twice.hasSuffix(" 400"), twice)
            }
        }
    }

    func test_answers_vary_by_the_header_refusals_too() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await withServer("127.0.0.0/8", clients) { base in
            for (path, cache) in [("/public", "private"), ("/secure", "no-store")] {
                let answer = try await curl(tool, base + path, ["-i", "-H", "X-Forwarded-Proto: https"]).lowercased()
                XCTAssertTrue(answer.contains("vary: \(header.lowercased())"), answer)
                XCTAssertTrue(answer.contains("cache-control: \(cache)\r"), answer)
            }
        }
    }

    func test_a_header_of_a_peer_that_is_not_a_proxy_is_refused_or_removed() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let direct = try clients.authority.issue("bob")
        try await withServer("10.0.0.0/8", clients) { base in
            let spoofed = try await curl(tool, "\(base)/public", headers(direct))
            XCTAssertTrue(spoofed.contains("\"code\":\"forwarding-untrusted\""), spoofed)
            XCTAssertTrue(spoofed.hasSuffix(" 400"), spoofed)
            let plain = try await curl(tool, "\(base)/public", [])
            XCTAssertEqual(plain, "anonymous left=0 200")
        }
        try await withServer("10.0.0.0/8", clients, strips: true) { base in
            let removed = try await curl(tool, "\(base)/public", headers(direct))
            XCTAssertEqual(removed, "anonymous left=0 200")
            let refused = try await curl(tool, "\(base)/secure", headers(direct))
            XCTAssertTrue(refused.contains("\"code\":\"not-https\""), refused)
        }
    }

    func test_a_header_with_a_TLS_certificate_gives_no_client() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let direct = try clients.authority.issue("bob")
        let authenticator = try clients.authenticator()
        try await RunningApplication.withTLS(
            authenticator,
            routes: routes(try forwarding(from: "127.0.0.0/8"), authenticator)
        ) { server in
            let both = try await server.curl(
                tool,
                clients.arguments(clients.alice) + headers(direct),
                path: "/secure"
            )
            XCTAssertTrue(both.contains("\"code\":\"forwarding-untrusted\""), both)
            let own = try await server.curl(
                tool,
                clients.arguments(clients.alice) + ["-H", "X-Forwarded-Proto: https"],
                path: "/secure"
            )
            XCTAssertTrue(own.contains("\"code\":\"no-certificate\""), own)
        }
    }

    func test_the_middlewares_authenticator_validates_what_is_forwarded_whatever_TLS_trusts() async throws {
        let tool = try ExternalTool("curl")
        let (hop, clients) = (try ToolClients("Hop Root"), try ToolClients())
        let (ours, theirs) = (try clients.authority.issue("bob"), try hop.authority.issue("bob"))
        try await RunningApplication.withTLS(
            hop.authenticator(),
            mode: .allow,
            routes: routes(try forwarding(from: "127.0.0.0/8"), clients.authenticator())
        ) { server in
            let good = try await server.curl(tool, headers(ours), path: "/secure")
            XCTAssertTrue(good.hasPrefix("bob"), good)
            let bad = try await server.curl(tool, headers(theirs), path: "/secure")
            XCTAssertTrue(bad.contains("\"code\":\"untrusted\""), bad)
        }
    }

    func test_a_proxy_at_a_unix_socket_is_known_by_its_user() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let direct = try clients.authority.issue("bob")
        for (user, expected) in [(getuid(), "bob 200"), (getuid() + 1, "")] {
            let forwarding = try CertificateForwarding(
                .nginx(),
                from: TrustedProxies([.unixSocket(users: [user])])
            )
            let path = clients.folder.path(of: "socket")
            try await RunningApplication.with(
                .certAuthBehindProxy(),
                serverAuthority: clients.authority,
                address: .unixDomainSocket(path: path),
                routes: routes(forwarding, clients.authenticator())
            ) { _ in
                let answer = try await curl(
                    tool,
                    "http://localhost/secure",
                    ["--unix-socket", path] + headers(direct)
                )
                if expected.isEmpty {
                    XCTAssertTrue(answer.contains("\"code\":\"forwarding-untrusted\""), answer)
                } else {
                    XCTAssertEqual(answer, expected)
                }
            }
        }
    }
}
#endif
