// SPDX-License-Identifier: Apache-2.0
// `certauth inspect`: each field, each kind of file, each warning.

import CertAuth
import CertAuthCLI
import CertAuthTesting
import Foundation
import XCTest

final class InspectCommandTests: XCTestCase {
    private let moment = "2026-06-01T00:00:00Z"

    func test_a_certificate_is_shown_with_all_its_fields() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice") {
            $0.emails = ["alice@example.com"]
            $0.userPrincipalNames = ["alice@corp"]
            $0.addresses = ["10.0.0.1"]
        }
        let outcome = try Program.run("inspect", world.path("alice.pem"), "--time", moment)
        XCTAssertEqual(outcome.status, 0)
        let key = try XCTUnwrap(alice.publicKeyHash()).hexadecimal
        let sha1 = try XCTUnwrap(alice.thumbprint(.sha1)).hexadecimal
        let issuerKey = try XCTUnwrap(try Certificate.load(file: world.path("intermediate.pem"))[0].publicKeyHash())
        XCTAssertEqual(
            outcome.lines,
            [
                "\(world.path("alice.pem")): certificate",
                "  subject      CN=alice",
                "  issuer       CN=CertAuth Development Issuing",
                "  serial       \(alice.serialNumber)",
                "  valid        2025-12-31T23:00:00Z to 2027-01-01T00:00:00Z",
                "  key          P-256",
                "  signature    ecdsa-with-SHA256",
                "  version      3",
                "  sha256       \(alice.sha256Thumbprint)",
                "  sha1         \(sha1)",
                "  spki sha256  \(key)",
                "  extensions",
                "    basicConstraints        critical  not a CA",
                "    subjectKeyIdentifier              \(key.prefix(40))",
                "    authorityKeyIdentifier            \(issuerKey.hexadecimal.prefix(40))",
                "    keyUsage                critical  digitalSignature",
                "    extKeyUsage                       clientAuth",
                "    subjectAltName                    email:alice@example.com",
                "                                      ip:10.0.0.1",
                "                                      upn:alice@corp",
                "",
                "chain",
                "  ✓ CN=alice  P-256, issuer CN=CertAuth Development Issuing not given",
            ]
        )
    }

    func test_the_chain_of_several_files_is_drawn_as_a_tree() throws {
        let world = try PKIInFolder()
        for name in ["alice", "bob"] { try world.issue(name) { $0.emails = ["\(name)@example.com"] } }
        try world.issue("carol") {
            $0.issuer = "root"
            $0.emails = ["carol@example.com"]
        }
        let outcome = try Program.run(
            "inspect",
            world.path("alice.chain.pem"),
            world.path("bob.pem"),
            world.path("root.pem"),
            world.path("carol.pem"),
            "--time",
            moment
        )
        XCTAssertEqual(
            Array(outcome.lines.suffix(6)),
            [
                "chain",
                "  ✓ CN=CertAuth Development Root  P-256, self-signed, CA",
                "  ├── ✓ CN=CertAuth Development Issuing  P-256, CA",
                "  │   ├── ✓ CN=alice  P-256",
                "  │   └── ✓ CN=bob  P-256",
                "  └── ✓ CN=carol  P-256",
            ]
        )
    }

    func test_each_defect_has_its_warning_and_a_right_certificate_has_none() throws {
        let clock = TestClock(PKIInFolder.start)
        let root = try TestAuthority("Root", clock: clock.verificationClock)
        let names = ExtensionTemplate.subjectAlternativeNames([.dns("a.example")])
        let now = PKIInFolder.start
        let cases: [(LeafProfile, (inout CertificateTemplate) -> Void, [String])] = [
            (.client, { $0.extensions.append(names) }, []),
            (.client, { _ in }, ["no subjectAltName"]),
            (
                .expired, { $0.extensions.append(names) },
                ["expired at 2025-12-31T23:00:00Z, now 2026-01-01T00:00:00Z"]
            ),
            (
                .notYetValid, { $0.extensions.append(names) },
                ["not yet valid: begins at 2026-01-01T01:00:00Z, now 2026-01-01T00:00:00Z"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.notAfter = .automatic(now.adding(seconds: 10 * 86_400))
                },
                ["expires in 10 days, at 2026-01-11T00:00:00Z"]
            ),
            (
                .wrongUsage, { $0.extensions.append(names) },
                ["extKeyUsage lacks clientAuth: not accepted from TLS clients"]
            ),
            (
                .withoutExtendedKeyUsage, { $0.extensions.append(names) },
                ["no extKeyUsage: every usage is permitted"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.extensions.replace(.keyUsage([.keyEncipherment]))
                },
                ["keyUsage lacks digitalSignature: not accepted from TLS clients"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.signatureScheme = .ecdsaSHA1
                },
                ["weak signature: ecdsa-with-SHA1"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.extensions.replace(.basicConstraints(isAuthority: true))
                    $0.extensions.replace(.keyUsage([.keyCertSign]))
                },
                ["a CA certificate that issued none of those shown: right for a CA, not for a client"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.extensions.append(.custom("1.2.3.4", critical: true, value: [5, 0]))
                },
                ["critical extension 1.2.3.4, which is not known"]
            ),
            (
                .client,
                {
                    $0.extensions.append(names)
                    $0.serialNumber = [0]
                },
                ["serial number 00, expected a positive number"]
            ),
        ]
        for (profile, change, expected) in cases {
            let identity = try root.issue("leaf", profile) { change(&$0) }
            let warnings = CertificateWarnings(try identity.certificate, isLeaf: true, now: now).all
            XCTAssertEqual(warnings, expected)
        }
        let weak = try root.issue("weak", key: .generate(.rsa(bits: 1024))) { $0.extensions.append(names) }
        XCTAssertEqual(
            CertificateWarnings(try weak.certificate, isLeaf: true, now: now).all,
            ["weak key: RSA with 1024 bits, expected 2048 or more"]
        )
    }

    func test_CRLs_PKCS12_files_and_keys_are_recognised() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice")
        try world.pki.revoke("alice", reason: .superseded)
        let list = try Program.run("inspect", world.path("intermediate.crl.pem"), "--time", "2026-01-02T00:00:00Z")
        XCTAssertEqual(
            list.lines.last,
            "    \(alice.serialNumber)  revoked at 2026-01-01T00:00:00Z, reason superseded"
        )
        let stale = try Program.run("inspect", world.path("intermediate.crl.pem"), "--time", moment)
        XCTAssertEqual(
            stale.lines.last,
            "  warning: stale: nextUpdate 2026-01-31T00:00:00Z, now 2026-06-01T00:00:00Z"
        )
        let file = try world.pki.writePKCS12("alice", password: "secret", legacy: true, replacing: false)
        let archive = try Program.run("inspect", file, "--password", "secret", "--time", moment)
        XCTAssertEqual(archive.status, 0)
        XCTAssertTrue(archive.lines.contains("\(file) [2]: private key (in PKCS #12), not shown"), archive.output)
        let wrong = try Program.run("inspect", file)
        XCTAssertEqual(wrong.status, 2)
        XCTAssertEqual(
            wrong.errors,
            "certauth: error: \(file): the password does not open this PKCS #12 file\n"
                + "hint: give the correct one with --password-file FILE, or set CERTAUTH_PASSWORD\n"
        )
        let key = try Program.run("inspect", world.path("alice.key"))
        XCTAssertEqual(key.lines.first, "\(world.path("alice.key")): private key (PRIVATE KEY), not shown")
    }

    func test_malformed_parts_are_named_with_their_position_and_the_rest_is_shown() throws {
        let world = try PKIInFolder()
        let good = try world.issue("alice") { $0.emails = ["alice@example.com"] }
        let broken = try TestAuthority("Root").issue("broken") { $0.trailingBytes = [0] }
        let file = try world.directory.write(try broken.certificatePEM() + good.pem, as: "both.pem")
        let outcome = try Program.run("inspect", file, "--time", moment)
        XCTAssertEqual(outcome.status, 1)
        let first = try XCTUnwrap(outcome.lines.first)
        XCTAssertTrue(first.hasPrefix("\(file) [0]: malformed certificate: malformed certificate: "), first)
        XCTAssertTrue(outcome.lines.contains("\(file) [1]: certificate"))
        let text = try world.directory.write("nothing of the kind", as: "text.pem")
        let unrecognised = try Program.run("inspect", text)
        XCTAssertEqual(unrecognised.status, 1)
        XCTAssertEqual(unrecognised.lines, ["\(text): malformed file: neither PEM, DER nor PKCS #12"])
    }

    func test_the_JSON_contains_the_same_fields_as_the_text() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice") { $0.emails = ["alice@example.com"] }
        let outcome = try Program.run("inspect", "--json", world.path("alice.chain.pem"), "--time", moment)
        let json = try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let files = try XCTUnwrap(json["files"] as? [[String: Any]])
        let objects = try XCTUnwrap(files.first?["objects"] as? [[String: Any]])
        XCTAssertEqual(objects.map { $0["kind"] as? String }, ["certificate", "certificate"])
        XCTAssertEqual(objects[0]["subject"] as? String, "CN=alice")
        XCTAssertEqual(objects[0]["sha256"] as? String, alice.sha256Thumbprint.hexadecimal)
        XCTAssertEqual(objects[0]["notAfter"] as? String, "2027-01-01T00:00:00Z")
        XCTAssertEqual(objects[0]["issuedBy"] as? String, objects[1]["sha256"] as? String)
        XCTAssertEqual(objects[0]["san"] as? [[String: String]], [["type": "email", "value": "alice@example.com"]])
        XCTAssertEqual(objects[0]["warnings"] as? [String], [])
        XCTAssertEqual(objects[1]["pathLength"] as? Int, 0)
    }

    func test_a_missing_or_empty_file_is_a_usage_error() throws {
        let directory = try TemporaryDirectory()
        let empty = try directory.write("", as: "empty.pem")
        let missing = directory.path(of: "missing.pem")
        let outcomes = try [empty, missing].map { try Program.run("inspect", $0) }
        XCTAssertEqual(outcomes.map(\.status), [2, 2])
        XCTAssertEqual(
            outcomes.map(\.errors),
            [
                "certauth: error: \(empty): empty\n",
                "certauth: error: \(missing): can't be read: No such file or directory\n",
            ]
        )
    }
}
