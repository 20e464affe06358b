// SPDX-License-Identifier: Apache-2.0
// `certauth inspect` reads OCSP responses, requests, PKCS #7 and keys, and names the extensions of CRLs.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class InspectObjectsTests: XCTestCase {
    private var directory: TemporaryDirectory!

    override func setUpWithError() throws { directory = try TemporaryDirectory() }

    override func tearDown() { directory = nil }

    private func write(_ bytes: [UInt8], as name: String) throws -> String {
        let path = directory.path(of: name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func fields(_ outcome: Program.Outcome) -> [String: String] {
        var fields: [String: String] = [:]
        for line in outcome.lines where line.hasPrefix("  ") {
            let parts = line.drop { $0 == " " }.split(separator: "  ", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return fields
    }

    /// Runs `openssl`, which makes the objects that the kit does not.
    private func openssl(_ arguments: String...) throws {
        let outcome = try Program.run(try ExternalTool("openssl").url, arguments)
        XCTAssertEqual(outcome.status, 0, outcome.errors)
    }

    func test_an_OCSP_response_is_shown() throws {
        let authority = try TestAuthority("Issuing")
        let alice = try authority.issue("alice")
        let good = try authority.ocspResponse(for: alice)
        let path = try write(good, as: "ocsp.der")
        let outcome = try Program.run("inspect", path)
        XCTAssertEqual(outcome.status, 0)
        XCTAssertEqual(outcome.lines.first, "\(path): OCSP response")
        let shown = fields(outcome)
        XCTAssertEqual(shown["status"], "good")
        XCTAssertEqual(shown["serial"], try alice.certificate.serialNumber.hexadecimal)
        XCTAssertNotNil(shown["responder"])
        XCTAssertNotNil(shown["nextUpdate"])
        let error = try write([0x30, 0x03, 0x0A, 0x01, 0x03], as: "error.der")
        XCTAssertEqual(fields(try Program.run("inspect", error))["error"], "tryLater")
    }

    func test_keys_have_the_digest_of_their_certificate() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice")
        let digest = try XCTUnwrap(alice.publicKeyHash()).hexadecimal
        let key = try Program.run("inspect", world.path("alice.key"))
        XCTAssertEqual(
            key.lines,
            [
                "\(world.path("alice.key")): private key (PRIVATE KEY), not shown", "  key          P-256",
                "  spki sha256  \(digest)",
            ]
        )
        let json = try Program.run("inspect", "--json", world.path("alice.key"))
        XCTAssertTrue(json.output.contains("\"spkiSHA256\": \"\(digest)\""), json.output)
        let identity = try TestKey(pem: String(contentsOfFile: world.path("alice.key"), encoding: .utf8))
        let encrypted = try directory.write(try identity.pem(password: "hunter2"), as: "encrypted.key")
        XCTAssertEqual(
            try Program.run("inspect", encrypted).lines,
            ["\(encrypted): private key (ENCRYPTED PRIVATE KEY), not shown"]
        )
        let publicKey = try write(identity.subjectPublicKeyInfo(), as: "public.der")
        XCTAssertEqual(fields(try Program.run("inspect", publicKey))["spki sha256"], digest)
    }

    func test_requests_and_PKCS7_are_read() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let request = directory.path(of: "alice.csr")
        try openssl(
            "req",
            "-new",
            "-key",
            world.path("alice.key"),
            "-subj",
            "/CN=requested",
            "-addext",
            "subjectAltName=DNS:a.test,DNS:b.test",
            "-out",
            request
        )
        let outcome = try Program.run("inspect", request)
        XCTAssertEqual(outcome.lines.first, "\(request): certificate request")
        XCTAssertEqual(fields(outcome)["subject"], "CN=requested")
        XCTAssertTrue(outcome.output.contains("subjectAltName  dns:a.test"), outcome.output)
        for (format, name) in [("PEM", "chain.p7b"), ("DER", "chain.p7c")] {
            let file = directory.path(of: name)
            try openssl(
                "crl2pkcs7",
                "-certfile",
                world.path("alice.chain.pem"),
                "-in",
                world.path("root.crl.pem"),
                "-outform",
                format,
                "-out",
                file
            )
            let chain = try Program.run("inspect", file)
            XCTAssertEqual(chain.status, 0)
            XCTAssertTrue(chain.lines.contains("\(file) [0]: certificate"), chain.output)
            XCTAssertTrue(chain.lines.contains("\(file) [1]: certificate"), chain.output)
            XCTAssertTrue(chain.lines.contains("\(file) [2]: CRL"), chain.output)
        }
        let broken = try write([0x30, 0x0B, 0x06, 0x09] + Array(repeating: 0x2A, count: 9), as: "broken.p7b")
        XCTAssertEqual(try Program.run("inspect", broken).status, 1)
    }

    func test_extensions_of_CRLs_are_shown_by_name_and_value() throws {
        let world = try PKIInFolder()
        let shown = fields(try Program.run("inspect", world.path("root.crl.pem")))
        XCTAssertEqual(shown["cRLNumber"], "1")
        let root = try Certificate(
            derEncoded: DevelopmentPKI(opening: world.directory.path).authority(named: "root").certificateDER
        )
        XCTAssertEqual(shown["authorityKeyIdentifier"], Hexadecimal.text(try XCTUnwrap(root.subjectKeyIdentifier)))
    }

    func test_control_characters_of_requests_and_names_never_reach_the_terminal() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let request = directory.path(of: "evil.csr")
        try openssl(
            "req",
            "-new",
            "-key",
            world.path("alice.key"),
            "-subj",
            "/CN=evil\u{1B}[31m\u{7}",
            "-addext",
            "subjectAltName=DNS:a\u{1B}[2Jb",
            "-out",
            request
        )
        for arguments in [[request], ["--json", request]] {
            let outcome = try Program.run(Program.certauth, ["inspect"] + arguments)
            XCTAssertEqual(outcome.status, 0)
            let control = (outcome.output + outcome.errors).unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
            XCTAssertEqual(control.map(\.value), [])
        }
        let missing = try Program.run("inspect", "no\u{1B}[31mfile")
        XCTAssertEqual(missing.status, 2)
        XCTAssertFalse(missing.errors.contains("\u{1B}"), missing.errors)
    }
}
