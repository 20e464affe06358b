// SPDX-License-Identifier: Apache-2.0
// curl and openssl s_client over HTTP/2: each mode, kind of client and TLS version, and the TLS rules of HTTP/2.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class HTTP2PeerTests: XCTestCase {
    private enum Client: String, CaseIterable {
        case withoutCertificate, good, expired, untrusted, revoked
    }

    /// Files of each kind of client.
    private struct Fixture {
        let folder: TemporaryDirectory
        let authority: TestAuthority
        let authenticator: CertificateAuthenticator
        private let files: [Client: TestIdentity.Files]

        init() throws {
            folder = try TemporaryDirectory()
            authority = try TestAuthority("Client Root")
            let revoked = try authority.issue("carol")
            files = [
                .good: try authority.issue("alice").write(to: folder, as: "good"),
                .expired: try authority.issue("old", .expired).write(to: folder, as: "expired"),
                .untrusted: try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted"),
                .revoked: try revoked.write(to: folder, as: "revoked"),
            ]
            let list = try authority.revocationList(revoked: [revoked])
            var options = CertificateAuthenticationOptions(
                trust: .custom(try TrustStore(certificates: [authority.anchor]))
            )
            options.revocationMode = .offline
            authenticator = try CertificateAuthenticator(
                options: options,
                revocationEvidence: RevocationEvidence(
                    revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)]
                )
            )
        }

        func arguments(_ client: Client) -> [String] {
            files[client].map { ["--cert", $0.chain, "--key", $0.key] } ?? []
        }
    }

    private enum Expectation {
        case text(String)
        case forbidden(String)
        case alert(String)
    }

    private static let versions: [(arguments: [String], openssl: String, isTLS13: Bool)] = [
        (["--tlsv1.2", "--tls-max", "1.2"], "-tls1_2", false), (["--tlsv1.3"], "-tls1_3", true),
    ]

    private func curl(
        _ tool: ExternalTool,
        _ listener: TestListener,
        _ fixture: Fixture,
        _ arguments: [String],
        path: String = "/"
    ) async throws -> ExternalTool.Result {
        let port = try XCTUnwrap(listener.address.port)
        let anchor = try fixture.folder.write(listener.serverAuthority.identity.anchorPEM(), as: "server-root.pem")
        return try await tool.run(
            ["-sS", "--http2", "--max-time", "20", "-w", " %{http_code} %{http_version}", "--cacert", anchor]
                + ["--resolve", "localhost:\(port):127.0.0.1"] + arguments + ["https://localhost:\(port)\(path)"]
        )
    }

    private func assertMatrix(
        _ mode: ClientCertificateMode,
        _ validation: ClientCertificateValidation,
        _ expected: (Client, _ isTLS13: Bool) -> Expectation
    ) async throws {
        let tool = try ExternalTool("curl")
        let fixture = try Fixture()
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            mode: mode,
            customize: { configuration in
                configuration.http2 = .exceptDelayed
                configuration.requirement = { _ in mode == .none ? .optional : .required }
                configuration.withTLS { $0.validation = validation }
            }
        ) { listener in
            for version in Self.versions {
                for client in Client.allCases {
                    let result = try await curl(tool, listener, fixture, version.arguments + fixture.arguments(client))
                    let cell = "\(mode) \(validation) \(version.openssl) \(client): \(result.output)"
                    switch expected(client, version.isTLS13) {
                    case .text(let text):
                        XCTAssertEqual(result.output, "\(text) 200 2", cell)
                    case .forbidden(let code):
                        XCTAssertTrue(result.output.contains("\"code\":\"\(code)\""), cell)
                        XCTAssertTrue(result.output.hasSuffix(" 403 2"), cell)
                    case .alert(let alert):
                        XCTAssertTrue(result.output.contains(alert), cell)
                        XCTAssertNotEqual(result.exitCode, 0, cell)
                    }
                }
            }
        }
    }

    private func atTheRequest(_ client: Client, _: Bool) -> Expectation {
        switch client {
        case .withoutCertificate: .forbidden("no-certificate")
        case .good: .text("CN=alice")
        case .expired: .forbidden("expired")
        case .untrusted: .forbidden("untrusted")
        case .revoked: .forbidden("revoked")
        }
    }

    private func inTheHandshake(_ client: Client, _ isTLS13: Bool) -> Expectation {
        switch client {
        case .withoutCertificate: .alert(isTLS13 ? "alert certificate required" : "alert handshake failure")
        case .good: .text("CN=alice")
        // On TLS 1.2, curl has its own message for this alert.
        case .expired: .alert(isTLS13 ? "alert certificate expired" : "(60) SSL certificate verification failed")
        case .untrusted: .alert("alert unknown ca")
        case .revoked: .alert("alert certificate revoked")
        }
    }

    func test_curl_receives_the_answers_of_mode_none() async throws {
        for validation in ClientCertificateValidation.allCases {
            try await assertMatrix(.none, validation) { _, _ in .text("anonymous") }
        }
    }

    func test_curl_receives_the_answers_of_mode_allow() async throws {
        try await assertMatrix(.allow, .request, atTheRequest)
        try await assertMatrix(.allow, .handshake) { client, isTLS13 in
            client == .withoutCertificate ? .forbidden("no-certificate") : inTheHandshake(client, isTLS13)
        }
    }

    func test_curl_receives_the_answers_of_mode_require() async throws {
        try await assertMatrix(.require, .request, atTheRequest)
        try await assertMatrix(.require, .handshake, inTheHandshake)
    }

    func test_curl_sends_and_gets_a_large_body_and_many_requests_on_one_connection() async throws {
        let tool = try ExternalTool("curl")
        let fixture = try Fixture()
        let size = 1024 * 1024
        let file = try fixture.folder.write([UInt8](repeating: 97, count: size), as: "body")
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            customize: { $0.http2 = .exceptDelayed },
            handler: { request in
                if request.path == "/large" { return .text(String(repeating: "b", count: 4 * size)) }
                return .text("\(request.body.count)")
            }
        ) { listener in
            for version in Self.versions {
                let common = version.arguments + fixture.arguments(.good)
                let sent = try await curl(tool, listener, fixture, common + ["--data-binary", "@\(file)"])
                XCTAssertEqual(sent.output, "\(size) 200 2")
                let got = try await curl(tool, listener, fixture, common, path: "/large")
                XCTAssertEqual(got.output.utf8.count, 4 * size + " 200 2".utf8.count)
                let port = try XCTUnwrap(listener.address.port)
                let more = (0..<20).map { "https://localhost:\(port)/\($0)" }
                let many = try await curl(
                    tool,
                    listener,
                    fixture,
                    common + ["--parallel", "-w", "<%{http_code} %{http_version} %{num_connects}>"] + more
                )
                XCTAssertEqual(many.output.components(separatedBy: "<200 2 ").count - 1, 21, many.output)
            }
        }
    }

    /// The bytes of a request and a GOAWAY, all of them ASCII.
    private var requestAndGoAway: String {
        let request = HTTP2TestFrame.headers(1, HTTP2TestPeer.fields("/"))
        let goAway = HTTP2TestFrame(.goAway, [UInt8](repeating: 0, count: 8))
        let bytes = HTTP2TestFrame.preface + HTTP2TestFrame(.settings).bytes + request.bytes + goAway.bytes
        return String(decoding: bytes, as: UTF8.self)
    }

    func test_OpenSSL_client_uses_HTTP2_on_both_versions_with_the_ciphers_of_RFC9113() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            mode: .allow,
            customize: {
                $0.http2 = .exceptDelayed
                $0.requirement = { _ in .optional }
            }
        ) { listener in
            let port = try XCTUnwrap(listener.address.port)
            let base = ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", "h2", "-ign_eof"]
            for version in Self.versions {
                let result = try await tool.run(base + [version.openssl], input: requestAndGoAway)
                XCTAssertTrue(result.output.contains("ALPN protocol: h2"), result.output)
                XCTAssertTrue(result.output.contains("anonymous"), result.output)
                XCTAssertTrue(result.output.contains("Compression: NONE"), result.output)
            }
            // RFC 9113 section 9.2.2 and appendix A: no CBC, no static keys.
            for cipher in ["AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256"] {
                let refused = try await tool.run(base + ["-tls1_2", "-cipher", cipher], input: requestAndGoAway)
                XCTAssertTrue(refused.output.contains("alert handshake failure"), "\(cipher): \(refused.output)")
            }
            // RFC 9113 section 9.2.1: no renegotiation.
            let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", "h2", "-tls1_2"]
            let renegotiated = try await tool.run(arguments, input: "R\n")
            XCTAssertTrue(renegotiated.output.contains("RENEGOTIATING"), renegotiated.output)
            XCTAssertTrue(renegotiated.output.contains("no renegotiation"), renegotiated.output)
        }
    }

    func test_a_TLS13_key_update_does_not_affect_HTTP2() async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: { $0.http2 = .exceptDelayed }
        ) { listener in
            var client = listener.client(try authority.issue("alice"))
            client.version = .tls13
            try await listener.withHTTP2(client) { peer in
                for stream: UInt32 in [1, 3, 5] {
                    try await peer.connection.updateKeys()
                    let answer = try await peer.get("/", on: stream)
                    XCTAssertEqual(answer.text, "CN=alice")
                }
            }
        }
    }
}
