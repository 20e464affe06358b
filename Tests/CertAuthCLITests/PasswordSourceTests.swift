// SPDX-License-Identifier: Apache-2.0
// Passwords come from a file, the environment or a flag, and never appear in errors.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class PasswordSourceTests: XCTestCase {
    private var directory: TemporaryDirectory!

    override func setUpWithError() throws { directory = try TemporaryDirectory() }

    override func tearDown() { directory = nil }

    private func password(text: String? = nil, file: String? = nil, variable: String? = nil) throws -> String? {
        try PasswordSource(flag: "--password", variable: "CERTAUTH_PASSWORD", text: text, file: file)
            .password { $0 == "CERTAUTH_PASSWORD" ? variable : nil }
    }

    func test_a_file_a_flag_and_the_environment_give_a_password() throws {
        XCTAssertEqual(try password(file: directory.write("secret\nmore\n", as: "lf")), "secret")
        XCTAssertEqual(try password(file: directory.write(" sec ret\r\n", as: "crlf")), " sec ret")
        XCTAssertEqual(try password(file: directory.write("secret", as: "none")), "secret")
        XCTAssertEqual(try password(text: "flag", variable: "variable"), "flag")
        XCTAssertEqual(try password(variable: "variable"), "variable")
        XCTAssertNil(try password())
    }

    func test_unusable_files_are_refused_without_their_contents() throws {
        let cases = [
            (try directory.write("", as: "empty"), "the first line is empty, expected the password"),
            (try directory.write("\nsecret", as: "blank"), "the first line is empty, expected the password"),
            (
                try directory.write("sec\u{0}ret", as: "zero"),
                "the first line is not UTF-8 text, expected the password"
            ),
            (
                try directory.write(String(repeating: "s", count: 1025), as: "long"),
                "can't be read: larger than 1024 bytes"
            ),
            ("/dev/zero", "can't be read: larger than 1024 bytes"),
            (directory.path, "can't be read: Is a directory"),
        ]
        for (path, expected) in cases {
            XCTAssertThrowsError(try password(file: path)) {
                XCTAssertEqual("\($0)", "--password-file \(path): \(expected)")
            }
        }
        XCTAssertThrowsError(try password(text: "secret", file: "secret")) {
            XCTAssertEqual("\($0)", "--password and --password-file are both given")
        }
    }

    func test_a_PKCS12_file_is_written_and_read_with_a_password_file() throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("alice")
        let secret = try directory.write("hunter2\n", as: "secret")
        let folder = world.directory.path
        let missing = try Program.run("pki", "pfx", "alice", "--dir", folder)
        XCTAssertEqual(missing.status, 2)
        XCTAssertEqual(
            missing.errors,
            "certauth: error: the password that protects the file is missing\n"
                + "hint: give --password-file FILE, or set CERTAUTH_PASSWORD\n"
        )
        let written = try Program.run("pki", "pfx", "alice", "--dir", folder, "--password-file", secret)
        XCTAssertEqual(written.status, 0, written.errors)
        let read = try Program.run("inspect", world.path("alice.pfx"), "--password-file", secret)
        XCTAssertEqual(read.status, 0, read.errors)
        let verified = try Program.run(
            "verify",
            "--leaf",
            world.path("alice.pfx"),
            "--password-file",
            secret,
            "--trust",
            world.path("root.pem")
        )
        XCTAssertEqual(verified.status, 0, verified.output)
        let wrong = try Program.run("inspect", world.path("alice.pfx"), "--password", "wrong-hunter3")
        XCTAssertEqual(wrong.status, 2)
        XCTAssertFalse(wrong.errors.contains("hunter3"), wrong.errors)
    }

    func test_an_encrypted_key_is_opened_by_a_file() throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        let key = try TestKey(pem: String(contentsOfFile: world.path("localhost.key"), encoding: .utf8))
        try world.directory.write(try key.pem(password: "hunter2"), as: "encrypted.key")
        let secret = try directory.write("hunter2\n", as: "secret")
        func check(_ more: String...) throws -> Program.Outcome {
            try Program.run(
                Program.certauth,
                [
                    "serve", "--check", "--cert", world.path("localhost.chain.pem"), "--key",
                    world.path("encrypted.key"), "--client-ca", world.path("root.pem"), "--crl", world.path("crls.pem"),
                ] + more
            )
        }
        XCTAssertEqual(try check("--key-password-file", secret).status, 0)
        let missing = try check()
        XCTAssertEqual(missing.status, 2)
        XCTAssertTrue(missing.errors.contains("the private key is encrypted, and no password is given"), missing.errors)
        let wrong = try check("--key-password", "wrong-hunter3")
        XCTAssertEqual(wrong.status, 2)
        XCTAssertTrue(wrong.errors.contains("the password does not open the private key"), wrong.errors)
        XCTAssertFalse(wrong.errors.contains("hunter3"), wrong.errors)
    }
}
