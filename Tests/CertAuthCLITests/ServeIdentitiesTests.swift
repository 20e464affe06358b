// SPDX-License-Identifier: Apache-2.0
// `certauth serve` with several certificates for one name, and with stapled OCSP responses: openssl and curl as clients.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeIdentitiesTests: XCTestCase {
    private var directory: TemporaryDirectory!
    private var authority: TestAuthority!
    private var openssl: URL!

    override func setUpWithError() throws {
        openssl = try ExternalTool("openssl").url
        directory = try TemporaryDirectory()
        let root = try TestAuthority("Server Root")
        // curl looks for the signer of a response among the certificates that the server sends.
        authority = try root.intermediate("Server Issuing")
        try directory.write(try root.identity.anchorPEM(), as: "root.pem")
        try directory.write(try TestAuthority("Client Root").identity.anchorPEM(), as: "clients.pem")
    }

    override func tearDown() { directory = nil }

    private func path(_ name: String) -> String { directory.path(of: name) }

    /// Writes a server certificate and its key.
    @discardableResult
    private func issue(_ name: String, _ kind: TestKey.Kind) throws -> TestIdentity {
        let profile = LeafProfile.server(dnsNames: ["localhost"])
        let identity = try authority.issue("localhost", profile, key: TestKey.generate(kind))
        try directory.write(try identity.chainPEM(), as: "\(name).pem")
        try directory.write(try identity.privateKeyPEM(), as: "\(name).key")
        return identity
    }

    private func arguments(_ names: [String], staples: [String] = []) -> [String] {
        ["serve", "--listen", "127.0.0.1:0", "--client-ca", path("clients.pem"), "--revocation", "none"]
            + ["--mode", "allow", "--connections", "100"]
            + names.flatMap { ["--cert", path("\($0).pem"), "--key", path("\($0).key")] }
            + staples.flatMap { ["--staple", path($0)] }
    }

    private func connect(_ port: Int, _ arguments: [String]) throws -> String {
        let base = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-status", "-CAfile"]
        let outcome = try Program.run(openssl, base + [path("root.pem")] + arguments)
        return outcome.output + outcome.errors
    }

    private let algorithms = [("ecdsa_secp256r1_sha256", "ECDSA"), ("rsa_pss_rsae_sha256", "RSA-PSS")]
    private let versions = ["-tls1_2", "-tls1_3"]
    private let stapled = "OCSP Response Status: successful (0x0)"
    private let unstapled = "OCSP response: no response sent"

    func test_openssl_chooses_a_certificate_by_its_signature_algorithms() throws {
        let rsa = try issue("rsa", .rsa(bits: 2_048))
        try issue("ec", .p256)
        try directory.write(try authority.ocspResponse(for: rsa), as: "rsa.ocsp")
        let server = try RunningProgram(arguments(["rsa", "ec"], staples: ["rsa.ocsp"]))
        let port = try server.announcedPort()
        for version in versions {
            for (name, kind) in algorithms {
                let text = try connect(port, [version, "-sigalgs", name])
                XCTAssertTrue(text.contains("Peer signature type: \(kind)\n"), text)
                XCTAssertTrue(text.contains("Verify return code: 0 (ok)"), text)
                XCTAssertEqual(text.contains(stapled), kind == "RSA-PSS", text)
                XCTAssertEqual(text.contains(unstapled), kind == "ECDSA", text)
            }
            let refused = try connect(port, [version, "-sigalgs", "ed25519"])
            XCTAssertTrue(refused.contains("handshake failure"), refused)
        }
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_curl_accepts_a_fresh_staple_and_none_is_sent_that_is_stale() throws {
        let curl = try ExternalTool("curl").url
        let rsa = try issue("rsa", .rsa(bits: 2_048))
        let elliptic = try issue("ec", .p256)
        let past = Timestamp.now.adding(seconds: -1)
        try directory.write(try authority.ocspResponse(for: elliptic), as: "a.ocsp")
        let stale = try authority.ocspResponse(for: rsa) { $0.responses[0].nextUpdate = .generalizedTime(past) }
        try directory.write(stale, as: "b.ocsp")
        // In another order than the certificates.
        let server = try RunningProgram(arguments(["rsa", "ec"], staples: ["a.ocsp", "b.ocsp"]))
        let port = try server.announcedPort()
        for (version, number) in [("--tlsv1.2", "1.2"), ("--tlsv1.3", "1.3")] {
            func status(_ more: [String]) throws -> Int32 {
                let base = ["--silent", "--cacert", path("root.pem"), "--cert-status", version, "--tls-max", number]
                return try Program.run(curl, base + more + ["https://localhost:\(port)/public"]).status
            }
            XCTAssertEqual(try status([]), 0, version)
            // TLS 1.2 without ECDSA: the other certificate. 91 is an invalid status of the certificate.
            if number == "1.2" { XCTAssertEqual(try status(["--ciphers", "ECDHE-RSA-AES128-GCM-SHA256"]), 91) }
        }
        // SIGHUP reads the responses and the certificates again.
        try directory.write(try authority.ocspResponse(for: rsa), as: "b.ocsp")
        server.signal(SIGHUP)
        try server.waitForError(containing: "reloaded: new connections use the current files")
        for version in versions {
            for (name, _) in algorithms {
                let text = try connect(port, [version, "-sigalgs", name])
                XCTAssertTrue(text.contains(stapled), text)
            }
        }
        let ended = try server.end()
        XCTAssertEqual(ended.status, 0)
        let line = "the OCSP response for the server's certificate CN=localhost (RSA 2048) is not stapled"
        XCTAssertEqual(ended.errors.components(separatedBy: line).count, 2, ended.errors)
    }

    func test_a_reload_changes_both_certificates_and_reports_the_responses_of_the_former_ones() throws {
        let former = try issue("rsa", .rsa(bits: 2_048))
        try issue("ec", .p256)
        try directory.write(try authority.ocspResponse(for: former), as: "rsa.ocsp")
        let server = try RunningProgram(arguments(["rsa", "ec"], staples: ["rsa.ocsp"]))
        let port = try server.announcedPort()
        try issue("rsa", .rsa(bits: 3_072))
        try issue("ec", .p384)
        server.signal(SIGHUP)
        try server.waitForError(containing: "reloaded: new connections use the current files")
        for version in versions {
            let rsa = try connect(port, [version, "-sigalgs", "rsa_pss_rsae_sha256"])
            XCTAssertTrue(rsa.contains("Server public key is 3072 bit"), rsa)
            XCTAssertTrue(rsa.contains(unstapled), rsa)
            let elliptic = try connect(port, [version, "-sigalgs", "ecdsa_secp384r1_sha384"])
            XCTAssertTrue(elliptic.contains("Server public key is 384 bit"), elliptic)
        }
        let ended = try server.end()
        XCTAssertTrue(ended.errors.contains("is about another certificate, expected serial number"), ended.errors)
    }

    func test_check_shows_each_certificate_and_the_mistakes_have_messages() throws {
        let rsa = try issue("rsa", .rsa(bits: 2_048))
        let elliptic = try issue("ec", .p256)
        try issue("ec2", .p384)
        try directory.write(try authority.ocspResponse(for: rsa), as: "rsa.ocsp")
        try directory.write(try authority.ocspResponse(for: rsa, digest: .sha256), as: "rsa2.ocsp")
        try directory.write(try authority.ocspResponse(for: elliptic), as: "ec.ocsp")
        try directory.write(try authority.ocspResponse(for: try authority.issue("other")), as: "other.ocsp")
        try directory.write([0x30, 3, 0x0A, 1, 3], as: "later.ocsp")
        func check(_ names: [String], _ staples: [String], _ more: [String] = []) throws -> Program.Outcome {
            try Program.run(Program.certauth, arguments(names, staples: staples) + ["--check"] + more)
        }
        let good = try check(["rsa", "ec"], ["rsa.ocsp"])
        XCTAssertEqual(good.status, 0, good.errors)
        XCTAssertEqual(good.lines.count, 3, good.output)
        XCTAssertTrue(good.lines[0].hasPrefix("certificate: CN=localhost (RSA 2048), until "), good.output)
        XCTAssertTrue(good.lines[0].contains(", OCSP response stapled until "), good.output)
        XCTAssertTrue(good.lines[1].hasPrefix("certificate: CN=localhost (P-256), until "), good.output)
        XCTAssertTrue(good.lines[1].hasSuffix(", no OCSP response"), good.output)
        XCTAssertEqual(good.lines[2], "the configuration is usable, with 1 warning", good.errors)
        XCTAssertEqual(good.errors.components(separatedBy: "warning: ").count, 2, good.errors)
        let named = try check(["rsa"], ["ec.ocsp"], ["--sni-cert", "localhost=\(path("ec.pem")),\(path("ec.key"))"])
        XCTAssertTrue(named.lines[1].hasPrefix("certificate of localhost: CN=localhost (P-256), until "), named.output)
        XCTAssertTrue(named.lines[1].contains(", OCSP response stapled until "), named.output)
        let both = try check(
            ["rsa"],
            [],
            [
                "--sni-cert", "localhost=\(path("ec.pem")),\(path("ec.key"))", "--sni-cert",
                "localhost=\(path("rsa.pem")),\(path("rsa.key"))",
            ]
        )
        XCTAssertEqual(both.lines.count, 4, both.output + both.errors)
        let mistakes: [(outcome: Program.Outcome, message: String)] = [
            (
                try check(["rsa", "ec", "ec2"], []),
                "two certificates have the same kind of key: CN=localhost (P-256) and CN=localhost (P-384)"
            ),
            (try check(["rsa", "rsa"], []), "two certificates have the same kind of key"),
            (
                try check(["rsa"], [], ["--cert", path("ec.pem")]),
                "found 2 --cert and 1 --key, expected one key for each certificate"
            ),
            (try check(["rsa"], [], ["--cert", path("ec.pem"), "--key", path("rsa.key")]), "the key is not that of"),
            (try check(["rsa"], ["rsa.ocsp", "rsa2.ocsp"]), "are about the same certificate"),
            (try check(["rsa"], ["rsa.ocsp", "other.ocsp"]), "is about none of the server's certificates"),
            (try check(["rsa"], ["rsa.pem"]), "expected one OCSP response in DER"),
            (try check(["rsa"], ["later.ocsp"]), "the responder answered tryLater"),
            (try check(["rsa"], ["missing.ocsp"]), "--staple \(path("missing.ocsp")): "),
        ]
        for (outcome, message) in mistakes {
            XCTAssertEqual(outcome.status, 2, outcome.errors)
            XCTAssertTrue(outcome.errors.contains(message), outcome.errors)
        }
        let unmatched = try check(["rsa"], ["other.ocsp"], ["--json"])
        XCTAssertEqual(unmatched.status, 0)
        XCTAssertTrue(unmatched.output.contains("\"staple-unusable\""), unmatched.output)
        XCTAssertTrue(unmatched.output.contains("\"stapled\": false"), unmatched.output)
    }
}
