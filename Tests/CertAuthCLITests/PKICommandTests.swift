// SPDX-License-Identifier: Apache-2.0
// `certauth pki`: other programs accept its output, its files are private, and it overwrites nothing.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class PKICommandTests: XCTestCase {
    /// Creates a development PKI with the documented commands.
    func test_root_intermediate_children_and_PKCS12_are_accepted_by_OpenSSL() throws {
        let openssl = try ExternalTool("openssl").url
        let directory = try TemporaryDirectory()
        let folder = directory.path(of: "pki")
        let commands = [
            ["init"], ["issue", "child", "--email", "child@example.com", "--upn", "child@corp"],
            ["issue", "root-child", "--from", "root", "--key", "rsa"], ["issue", "www", "--server"],
            ["issue", "ed", "--key", "ed25519"], ["pfx", "child", "--password", "1234"],
            ["pfx", "root-child", "--password", "1234", "--legacy"],
        ]
        for command in commands {
            let outcome = try Program.run(Program.certauth, ["pki"] + command + ["--dir", folder])
            XCTAssertEqual(outcome.status, 0, "\(command): \(outcome.errors)")
        }
        let path = { (name: String) in "\(folder)/\(name)" }
        let base = ["-crl_check_all", "-CAfile", path("root.pem"), "-CRLfile", path("crls.pem"), "-x509_strict"]
        for (name, purpose) in [
            ("child", "sslclient"), ("root-child", "sslclient"), ("ed", "sslclient"), ("www", "sslserver"),
        ] {
            let arguments = ["verify"] + base + ["-purpose", purpose, "-untrusted", path("intermediate.pem")]
            let outcome = try Program.run(openssl, arguments + [path("\(name).pem")])
            XCTAssertEqual(outcome.output, "\(path("\(name).pem")): OK\n", outcome.errors)
        }
        let wrongPurpose = try Program.run(
            openssl,
            ["verify"] + base + ["-purpose", "sslclient", "-untrusted", path("intermediate.pem"), path("www.pem")]
        )
        XCTAssertNotEqual(wrongPurpose.status, 0)
        for (name, cipher) in [("child", "AES-256-CBC"), ("root-child", "pbeWithSHA1And3-KeyTripleDES-CBC")] {
            let arguments = ["pkcs12", "-in", path("\(name).pfx"), "-nokeys", "-info", "-passin"]
            let opened = try Program.run(openssl, arguments + ["pass:1234"])
            XCTAssertEqual(opened.status, 0, opened.errors)
            XCTAssertTrue(opened.errors.contains(cipher), opened.errors)
            // OpenSSL 3.2 and later print names without the spaces.
            let names = opened.output.replacingOccurrences(of: " = ", with: "=")
            XCTAssertTrue(names.contains("subject=CN=\(name)\n"), opened.output)
            XCTAssertNotEqual(try Program.run(openssl, arguments + ["pass:12345"]).status, 0)
        }
        let list = try Program.run(
            openssl,
            ["crl", "-in", path("intermediate.crl.pem"), "-CAfile", path("intermediate.pem"), "-noout"]
        )
        XCTAssertEqual(list.errors, "verify OK\n")
    }

    func test_the_path_length_of_the_intermediate_is_enforced() throws {
        let world = try PKIInFolder()
        // `pki` itself refuses to issue below path length 0.
        let below = try world.pki.authority(named: "intermediate").intermediate("Below")
        try world.directory.write(try below.issue("deep").chainPEM(), as: "deep.chain.pem")
        try world.pki.addAuthority(AuthorityRequest(name: "beside", commonName: "Beside"))
        try world.issue("flat") { $0.issuer = "beside" }
        let outcomes = try ["deep", "flat"].map {
            try Program.run(
                "verify",
                "--json",
                "--leaf",
                world.path("\($0).chain.pem"),
                "--trust",
                world.path("root.pem"),
                "--time",
                "2026-01-02T00:00:00Z"
            )
        }
        XCTAssertEqual(try outcomes.map { try Answer($0.output).error?.code }, ["path-too-long", nil])
    }

    func test_only_the_owner_can_access_the_folder_and_its_files() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path(of: "pki")
        XCTAssertEqual(try Program.run("pki", "init", "--dir", folder).status, 0)
        XCTAssertEqual(try Program.run("pki", "issue", "alice", "--dir", folder).status, 0)
        XCTAssertEqual(try mode(folder), 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        XCTAssertEqual(
            files,
            [
                ".lock", "alice.chain.pem", "alice.key", "alice.pem", "crls.pem", "index.json",
                "intermediate.chain.pem", "intermediate.crl.pem", "intermediate.key", "intermediate.pem",
                "root.chain.pem", "root.crl.pem",
                "root.key", "root.pem",
            ]
        )
        for file in files { XCTAssertEqual(try mode("\(folder)/\(file)"), 0o600, file) }
    }

    func test_a_folder_that_others_can_read_is_refused() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path(of: "open")
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        let refused = try Program.run("pki", "init", "--dir", folder)
        XCTAssertEqual(refused.status, 2)
        XCTAssertEqual(
            refused.errors,
            "certauth: error: \(folder): has mode 755, expected 700: it contains private keys\n"
                + "hint: choose another --dir, or run chmod 700\n"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        XCTAssertEqual(try Program.run("pki", "init", "--dir", folder).status, 0)
    }

    func test_nothing_is_replaced_without_force() throws {
        let world = try PKIInFolder(clock: .system)
        let folder = world.directory.path
        let first = try world.issue("alice")
        let again = try Program.run("pki", "issue", "alice", "--dir", folder)
        XCTAssertEqual(again.status, 2)
        XCTAssertEqual(
            again.errors,
            "certauth: error: \(folder)/alice.pem: exists\n"
                + "hint: give --force to replace it, or choose another name\n"
        )
        XCTAssertEqual(try Certificate.load(file: world.path("alice.pem")), [first])
        XCTAssertEqual(try Program.run("pki", "init", "--dir", folder).status, 2)
        XCTAssertEqual(try Program.run("pki", "issue", "root", "--dir", folder, "--force").status, 2)
        XCTAssertEqual(try Program.run("pki", "issue", "alice", "--dir", folder, "--force").status, 0)
        let second = try Certificate.load(file: world.path("alice.pem"))
        XCTAssertNotEqual(second, [first])
        // The replaced certificate is still in the index and can be revoked by its serial number.
        XCTAssertEqual(
            try Program.run("pki", "revoke", first.serialNumber.hexadecimal.lowercased(), "--dir", folder).status,
            0
        )
        let list = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertNotNil(list.entry(for: first.serialNumber))
        XCTAssertNil(list.entry(for: second[0].serialNumber))
        XCTAssertEqual(try Program.run("pki", "init", "--dir", folder, "--force").status, 0)
        XCTAssertFalse(FileManager.default.fileExists(atPath: world.path("alice.key")))
    }

    func test_revoking_lists_the_certificate_and_counts_the_lists() throws {
        let world = try PKIInFolder()
        let alice = try world.issue("alice")
        let bob = try world.issue("bob")
        let before = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertEqual(before.count, 0)
        try world.pki.revoke("alice", reason: .keyCompromise)
        let after = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertEqual(after.entry(for: alice.serialNumber)?.reason, 1)
        XCTAssertNil(after.entry(for: bob.serialNumber))
        XCTAssertThrowsError(try world.pki.revoke("alice", reason: nil)) {
            XCTAssertEqual(($0 as? CommandFailure)?.kind, .usage)
        }
        XCTAssertThrowsError(try world.pki.revoke("root", reason: nil)) {
            XCTAssertEqual(
                ($0 as? CommandFailure)?.message,
                "root is a root: it has no issuer that could revoke it"
            )
        }
        try world.pki.writeRevocationList(of: "intermediate", days: 1)
        let third = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertEqual(third.nextUpdate, PKIInFolder.start.adding(seconds: 86_400))
        XCTAssertEqual(third.count, 1)
        XCTAssertEqual(try DevelopmentPKI(opening: world.directory.path).index.authorities.map(\.crlNumber), [1, 3])
        XCTAssertEqual(try CertificateRevocationList.load(file: world.path("crls.pem")).count, 2)
    }

    func test_names_of_each_kind_appear_in_the_certificate() throws {
        let world = try PKIInFolder(clock: .system)
        let outcome = try Program.run(
            "pki",
            "issue",
            "box",
            "--dir",
            world.directory.path,
            "--dns",
            "a.example",
            "--email",
            "a@b.example",
            "--uri",
            "spiffe://x/y",
            "--ip",
            "2001:db8::1",
            "--upn",
            "a@corp",
            "--eku",
            "1.3.6.1.5.5.7.3.4",
            "--not-before",
            "2024-01-01T00:00:00Z",
            "--days",
            "31"
        )
        XCTAssertEqual(outcome.status, 0, outcome.errors)
        let certificate = try Certificate.load(file: world.path("box.pem"))[0]
        XCTAssertEqual(
            certificate.subjectAlternativeNames.map(\.description),
            ["dns:a.example", "email:a@b.example", "uri:spiffe://x/y", "ip:2001:db8::1", "upn:a@corp"]
        )
        XCTAssertEqual(certificate.extendedKeyUsage, [.emailProtection])
        XCTAssertEqual("\(certificate.validity.notBefore)", "2024-01-01T00:00:00Z")
        XCTAssertEqual("\(certificate.validity.notAfter)", "2024-02-01T00:00:00Z")
    }

    func test_usage_errors_name_the_mistake() throws {
        let world = try PKIInFolder()
        let folder = ["--dir", world.directory.path]
        let cases: [(arguments: [String], message: String)] = [
            (["issue", "../x"], "the name ../x can't be a file name, expected 1 to 64 of A-Z a-z 0-9 . - _ @ +"),
            (["issue", "crls"], "the name crls is used by the folder's own files"),
            (["issue", "x", "--ip", "300.1.1.1"], "--ip 300.1.1.1 is not an IPv4 or IPv6 address"),
            (
                ["issue", "x", "--dns", "bücher.example"],
                "--dns bücher.example can't be in a certificate, expected printable ASCII"
            ),
            (["issue", "x", "--days", "0"], "--days is 0, expected 1 to 36500"),
            (
                ["issue", "x", "--from", "nobody"],
                "no authority nobody in \(world.directory.path), found root, intermediate"
            ),
            (["revoke", "nobody"], "no certificate of this PKI has the name or serial number nobody"),
            (["pfx", "nobody", "--password", "x"], "no certificate of this PKI has the name nobody"),
            (["pfx", "root", "--password", ""], "the password is empty, expected one that protects the key"),
        ]
        for (arguments, message) in cases {
            let outcome = try Program.run(Program.certauth, ["pki"] + arguments + folder)
            XCTAssertEqual(outcome.status, 2, message)
            XCTAssertEqual(outcome.errors.split(separator: "\n").first, "certauth: error: \(message)")
        }
        let elsewhere = world.path("elsewhere")
        let missing = try Program.run("pki", "issue", "x", "--dir", elsewhere)
        XCTAssertEqual(
            missing.errors,
            "certauth: error: \(elsewhere): no development PKI in it, index.json is missing\n"
                + "hint: run certauth pki init first\n"
        )
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try XCTUnwrap((attributes[.posixPermissions] as? NSNumber)?.intValue) & 0o777
    }
}
