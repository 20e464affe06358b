// SPDX-License-Identifier: Apache-2.0
// curl and openssl s_client with the listener, on both TLS versions.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Synchronization
import XCTest

final class RealPeerTests: XCTestCase {
    /// Files of the tests' clients, in a folder that is removed with this object.
    private struct Fixture {
        let folder: TemporaryDirectory
        let authority: TestAuthority
        let good: TestIdentity.Files
        let expired: TestIdentity.Files
        let untrusted: TestIdentity.Files

        init() throws {
            folder = try TemporaryDirectory()
            authority = try TestAuthority("Client Root")
            good = try authority.intermediate("Issuing").issue("alice").write(to: folder, as: "good")
            expired = try authority.issue("old", .expired).write(to: folder, as: "expired")
            untrusted = try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted")
        }
    }

    private static let versions: [(curl: [String], openssl: String, name: String)] = [
        (["--tlsv1.2", "--tls-max", "1.2"], "-tls1_2", "TLSv1.2"), (["--tlsv1.3"], "-tls1_3", "TLSv1.3"),
    ]

    private func serverAnchor(_ listener: TestListener, in folder: TemporaryDirectory) throws -> String {
        try folder.write(listener.serverAuthority.identity.anchorPEM(), as: "server-root.pem")
    }

    private func curl(
        _ tool: ExternalTool,
        _ listener: TestListener,
        _ fixture: Fixture,
        _ arguments: [String],
        path: String = "/"
    ) async throws -> ExternalTool.Result {
        let port = try XCTUnwrap(listener.address.port)
        return try await tool.run(
            ["-sS", "--http1.1", "--max-time", "20", "-w", " %{http_code}"]
                + ["--resolve", "localhost:\(port):127.0.0.1"]
                + ["--cacert", try serverAnchor(listener, in: fixture.folder)] + arguments
                + ["https://localhost:\(port)\(path)"]
        )
    }

    func test_curl_gets_an_explained_refusal_with_validation_at_the_request() async throws {
        let tool = try ExternalTool("curl")
        let fixture = try Fixture()
        try await TestListener.withListener(trusting: fixture.authority) { listener in
            for version in Self.versions {
                let good = try await curl(
                    tool,
                    listener,
                    fixture,
                    version.curl + ["--cert", fixture.good.chain, "--key", fixture.good.key]
                )
                XCTAssertEqual(good.output, "CN=alice 200", version.name)
                let refused: [([String], String)] = [
                    ([], "no-certificate"),
                    (["--cert", fixture.expired.chain, "--key", fixture.expired.key], "expired"),
                    (["--cert", fixture.untrusted.chain, "--key", fixture.untrusted.key], "untrusted"),
                ]
                for (arguments, code) in refused {
                    let result = try await curl(tool, listener, fixture, version.curl + arguments)
                    XCTAssertEqual(result.exitCode, 0)
                    XCTAssertTrue(result.output.contains("\"code\":\"\(code)\""), result.output)
                    XCTAssertTrue(result.output.hasSuffix(" 403"), result.output)
                }
            }
        }
    }

    func test_curl_sends_a_large_body_through_expect_continue() async throws {
        let tool = try ExternalTool("curl")
        let fixture = try Fixture()
        let file = try fixture.folder.write([UInt8](repeating: 97, count: 1024 * 1024), as: "body")
        try await TestListener.withListener(
            trusting: fixture.authority,
            handler: { .text("\($0.body.count)") }
        ) { listener in
            for version in Self.versions {
                let arguments = ["--cert", fixture.good.chain, "--key", fixture.good.key, "--data-binary", "@\(file)"]
                let result = try await curl(tool, listener, fixture, version.curl + arguments)
                XCTAssertEqual(result.output, "1048576 200", version.name)
            }
        }
    }

    func test_OpenSSL_client_receives_an_alert_with_validation_in_the_handshake() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(
            trusting: fixture.authority,
            customize: { $0.withTLS { $0.validation = .handshake } }
        ) { listener in
            for version in Self.versions {
                let expected: [([String], String)] = [
                    ([], version.name == "TLSv1.3" ? "alert certificate required" : "alert handshake failure"),
                    (["-cert", fixture.expired.chain, "-key", fixture.expired.key], "alert certificate expired"),
                    (["-cert", fixture.untrusted.chain, "-key", fixture.untrusted.key], "alert unknown ca"),
                ]
                for (arguments, alert) in expected {
                    let result = try await openSSL(tool, listener, fixture, [version.openssl] + arguments)
                    XCTAssertTrue(result.output.contains(alert), "\(version.name), \(alert): \(result.output)")
                    XCTAssertFalse(result.output.contains("HTTP/1.1"), result.output)
                }
                let good = try await openSSL(
                    tool,
                    listener,
                    fixture,
                    [version.openssl, "-cert", fixture.good.certificate, "-key", fixture.good.key]
                        + ["-cert_chain", fixture.good.chain]
                )
                XCTAssertTrue(good.output.contains("HTTP/1.1 200 OK"), "\(version.name): \(good.output)")
                XCTAssertTrue(good.output.contains("CN=alice"), good.output)
            }
        }
    }

    func test_OpenSSL_client_sees_the_names_of_the_acceptable_authorities() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        for (hints, isNamed) in [(ClientAuthorityHints.anchors, true), (.none, false)] {
            try await TestListener.withListener(
                trusting: fixture.authority,
                customize: { $0.withTLS { $0.authorityHints = hints } }
            ) { listener in
                let result = try await openSSL(tool, listener, fixture, [])
                XCTAssertEqual(result.output.contains("Acceptable client certificate CA names"), isNamed)
                // OpenSSL 3.2 and later print names without the spaces.
                let names = result.output.replacingOccurrences(of: " = ", with: "=")
                XCTAssertEqual(names.contains("CN=Client Root"), isNamed, result.output)
            }
        }
    }

    func test_OpenSSL_client_sees_the_names_of_the_anchors_after_a_reload_of_the_trust_source() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        let next = try TestAuthority("Next Root")
        let alice = try next.issue("alice").write(to: fixture.folder, as: "next")
        let anchors = Mutex([try fixture.authority.anchor])
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: anchors.withLock { $0 })
        }
        var options = CertificateAuthenticationOptions(trust: .reloadable(source))
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(options: options)
        try await TestListener.withListener(authenticator: authenticator) { listener in
            func names() async throws -> [Bool] {
                let arguments = ["-cert", alice.certificate, "-key", alice.key]
                let result = try await openSSL(tool, listener, fixture, arguments)
                let output = result.output.replacingOccurrences(of: " = ", with: "=")
                let list =
                    output.components(separatedBy: "Acceptable client certificate CA names").dropFirst().first ?? ""
                let lines = list.components(separatedBy: "\n")
                return ["Client Root", "Next Root"].map { lines.contains("CN=\($0)") }
                    + [output.contains("HTTP/1.1 200 OK")]
            }
            let before = try await names()
            XCTAssertEqual(before, [true, false, false])
            let both = [try fixture.authority.anchor, try next.anchor]
            anchors.withLock { $0 = both }
            source.reload()
            let added = try await names()
            XCTAssertEqual(added, [true, true, true])
            let last = [try next.anchor]
            anchors.withLock { $0 = last }
            source.reload()
            let replaced = try await names()
            XCTAssertEqual(replaced, [false, true, true])
        }
    }

    func test_older_versions_and_unknown_protocols_are_refused() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(trusting: fixture.authority, mode: .allow) { listener in
            let old = try await openSSL(tool, listener, fixture, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
            XCTAssertTrue(old.output.contains("alert protocol version"), old.output)
            let foreign = try await openSSL(tool, listener, fixture, ["-alpn", "smtp"])
            XCTAssertTrue(foreign.output.contains("no application protocol"), foreign.output)
            let weak = try await openSSL(tool, listener, fixture, ["-tls1_2", "-cipher", "AES128-SHA"])
            XCTAssertTrue(weak.output.contains("alert handshake failure"), weak.output)
            let known = try await openSSL(tool, listener, fixture, ["-alpn", "http/1.1"])
            XCTAssertTrue(known.output.contains("ALPN protocol: http/1.1"), known.output)
        }
    }

    func test_a_client_that_must_repeat_its_ClientHello_is_served() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(trusting: fixture.authority, mode: .allow) { listener in
            let arguments = ["-tls1_3", "-groups", "X448:P-256", "-trace"]
            let result = try await openSSL(tool, listener, fixture, arguments)
            XCTAssertEqual(result.output.components(separatedBy: "ClientHello, Length=").count - 1, 2)
            XCTAssertTrue(result.output.contains("\"code\":\"no-certificate\""), result.output)
        }
    }

    func test_a_renegotiation_that_the_client_starts_is_refused() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(trusting: fixture.authority, mode: .allow) { listener in
            let port = try XCTUnwrap(listener.address.port)
            let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2"]
            let result = try await tool.run(arguments, input: "R\n")
            XCTAssertTrue(result.output.contains("RENEGOTIATING"), result.output)
            XCTAssertTrue(result.output.contains("no renegotiation"), result.output)
        }
    }

    func test_no_session_is_ever_resumed() async throws {
        let tool = try ExternalTool("openssl")
        let fixture = try Fixture()
        try await TestListener.withListener(trusting: fixture.authority) { listener in
            for version in Self.versions {
                let session = fixture.folder.path(of: "session\(version.openssl)")
                let credentials = [
                    "-cert", fixture.good.chain, "-key", fixture.good.key, "-cert_chain", fixture.good.chain,
                ]
                let first = try await openSSL(
                    tool,
                    listener,
                    fixture,
                    [version.openssl, "-sess_out", session] + credentials
                )
                XCTAssertTrue(first.output.contains("CN=alice"), first.output)
                // The server gives no session that a client could keep.
                XCTAssertFalse(FileManager.default.fileExists(atPath: session), version.openssl)
            }
        }
    }

    private func openSSL(
        _ tool: ExternalTool,
        _ listener: TestListener,
        _ fixture: Fixture,
        _ arguments: [String]
    ) async throws -> ExternalTool.Result {
        let port = try XCTUnwrap(listener.address.port)
        let base = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-ign_eof"]
        return try await tool.run(
            base + ["-CAfile", try serverAnchor(listener, in: fixture.folder)] + arguments,
            input: "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
    }
}
