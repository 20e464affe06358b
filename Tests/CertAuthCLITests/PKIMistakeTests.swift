// SPDX-License-Identifier: Apache-2.0
// `certauth pki` refuses, or warns of, certificates that no peer would accept, and folders that are not private.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthOpenSSL
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class PKIMistakeTests: XCTestCase {
    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    func test_an_authority_below_path_length_zero_is_refused() throws {
        let world = try PKIInFolder()
        let request = AuthorityRequest(name: "team", commonName: "team", issuer: "intermediate")
        XCTAssertEqual(
            message { try world.pki.addAuthority(request) },
            "intermediate has path length 0: nothing that an authority below intermediate issues would be accepted"
        )
        XCTAssertFalse(FileManager.default.fileExists(atPath: world.path("team.key")))
        var division = AuthorityRequest(name: "division", commonName: "division")
        division.pathLength = 1
        try world.pki.addAuthority(division)
        let team = AuthorityRequest(name: "team", commonName: "team", issuer: "division")
        try world.pki.addAuthority(team)
        let group = AuthorityRequest(name: "group", commonName: "group", issuer: "team")
        XCTAssertEqual(
            message { try world.pki.addAuthority(group) },
            "team has path length 0: nothing that an authority below team issues would be accepted"
        )
    }

    func test_a_certificate_beyond_its_issuers_end_is_reported() throws {
        let world = try PKIInFolder()
        try world.issue("short") { $0.days = 1800 }
        XCTAssertEqual(world.pki.warnings, [])
        let long = try world.issue("long") { $0.days = 1900 }
        let end = try XCTUnwrap(world.pki.index.entries.first { $0.name == "intermediate" }).notAfter
        XCTAssertEqual(
            world.pki.warnings,
            [
                "the certificate ends at \(long.validity.notAfter), but is accepted only until the end of intermediate, "
                    + "\(end): fewer --days are enough"
            ]
        )
        let late = PKIInFolder.start.adding(seconds: 2000 * 86_400)
        let refusal = message { try world.issue("late") { $0.notBefore = late } }
        XCTAssertEqual(refusal?.hasSuffix("after the end of intermediate, \(end): it would never be accepted"), true)
    }

    func test_impossible_names_are_refused() throws {
        let world = try PKIInFolder()
        let refused: [((inout LeafRequest) -> Void, String)] = [
            ({ $0.dnsNames = ["127.0.0.1"] }, "--dns 127.0.0.1 is an address"),
            ({ $0.dnsNames = ["https://a.test/"] }, "--dns https://a.test/ is a URL, expected only its host"),
            ({ $0.dnsNames = ["*.*.test"] }, "--dns *.*.test is not a host name: no client would accept it"),
            ({ $0.dnsNames = ["*.test"] }, "--dns *.test is not a host name: no client would accept it"),
            ({ $0.dnsNames = ["a..test"] }, "--dns a..test is not a host name: no client would accept it"),
            ({ $0.emails = ["alice"] }, "--email alice has not the form name@domain"),
            ({ $0.emails = ["alice@"] }, "--email alice@ has not the form name@domain"),
            ({ $0.userPrincipalNames = ["alice"] }, "--upn alice has not the form name@domain"),
            ({ $0.uris = ["example.com/a"] }, "--uri example.com/a has no scheme, expected an absolute URI"),
            ({ $0.commonName = "" }, "the common name has 0 characters, expected 1 to 64"),
            (
                { $0.commonName = String(repeating: "a", count: 65) },
                "the common name has 65 characters, expected 1 to 64"
            ),
            (
                { $0.commonName = "a\u{1B}[31mb" },
                "the common name a\\u{1b}[31mb contains characters that cannot be shown"
            ),
        ]
        for (change, expected) in refused { XCTAssertEqual(message { try world.issue("x", change) }, expected) }
        try world.issue("good") {
            $0.dnsNames = ["a.test", "*.b.test", "xn--mnchen-3ya.test", "localhost", "a_b.test"]
            $0.emails = ["alice@example.com"]
            $0.userPrincipalNames = ["alice@corp"]
            $0.uris = ["spiffe://example.com/a", "urn:uuid:1"]
            $0.commonName = String(repeating: "ä", count: 64)
        }
    }

    func test_a_name_that_differs_from_an_authority_only_in_case_is_refused() throws {
        let world = try PKIInFolder()
        let root = try Certificate.load(file: world.path("root.pem"))
        for replacing in [false, true] {
            XCTAssertEqual(
                message { try world.pki.issue(LeafRequest(name: "ROOT"), replacing: replacing) },
                "ROOT differs only in case from the authority root"
            )
        }
        XCTAssertEqual(
            message { try world.pki.addAuthority(AuthorityRequest(name: "Intermediate", commonName: "x")) },
            "Intermediate differs only in case from the authority intermediate"
        )
        XCTAssertEqual(
            message { try world.issue("root") },
            "root is an authority of this PKI, which cannot be replaced"
        )
        XCTAssertEqual(try Certificate.load(file: world.path("root.pem")), root)
        XCTAssertEqual(world.pki.index.entries.count, 2)
        try world.issue("root2")
    }

    func test_help_after_pki_is_the_help_of_its_command() throws {
        for words in [["pki", "help", "issue"], ["pki", "help"], ["pki", "help", "crl"]] {
            let outcome = try Program.run(Program.certauth, words)
            let expected = try Program.run(Program.certauth, ["help"] + words.filter { $0 != "help" })
            XCTAssertEqual(outcome, expected)
            XCTAssertEqual(outcome.status, 0)
            XCTAssertTrue(outcome.output.contains("USAGE: certauth pki"), outcome.output)
        }
        let unknown = try Program.run("pki", "help", "isue")
        XCTAssertEqual(unknown.status, 2)
        XCTAssertTrue(unknown.errors.hasPrefix("certauth: error: certauth pki has no command 'isue'"), unknown.errors)
        // A certificate may have the name.
        let world = try PKIInFolder(clock: .system)
        XCTAssertEqual(try Program.run("pki", "issue", "help", "--dir", world.directory.path).status, 0)
    }

    func test_a_folder_further_up_that_others_can_change_is_reported() throws {
        let directory = try TemporaryDirectory()
        let top = directory.path(of: "top")
        let folder = "\(top)/middle/pki"
        try FileManager.default.createDirectory(atPath: "\(top)/middle", withIntermediateDirectories: true)
        for path in [top, "\(top)/middle"] { try setMode(0o755, path) }
        XCTAssertEqual(try DevelopmentPKI(creating: folder).folder.warnings.filter { $0.hasPrefix(top) }, [])
        for (mode, isSafe) in [(0o777, false), (0o775, false), (0o1777, true), (0o755, true)] {
            try setMode(mode, top)
            let digits = String(mode & 0o777, radix: 8)
            XCTAssertEqual(
                try DevelopmentPKI(opening: folder).folder.warnings.filter { $0.hasPrefix(real(top)) },
                isSafe
                    ? []
                    : [
                        "\(real(top)): can be changed by other users (mode \(digits)), who can put another folder in place of "
                            + "\(folder) and its keys"
                    ]
            )
        }
        try setMode(0o775, top)
        let issued = try Program.run("pki", "issue", "alice", "--dir", folder)
        XCTAssertEqual(issued.status, 0)
        XCTAssertTrue(issued.errors.contains("certauth: warning: \(real(top)): can be changed by other users"))
    }

    func test_a_path_with_a_control_character_is_printed_escaped() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path(of: "a\u{1B}[31mb")
        let shown = directory.path(of: "a\\u{1b}[31mb")
        let commands = [
            ["init"], ["issue", "alice"], ["intermediate", "team"], ["revoke", "alice"], ["crl"],
            ["pfx", "alice", "--password", "1234"],
        ]
        for command in commands {
            let outcome = try Program.run(Program.certauth, ["pki"] + command + ["--dir", folder])
            XCTAssertEqual(outcome.status, 0, outcome.errors)
            XCTAssertTrue(outcome.output.contains(shown), outcome.output)
            XCTAssertFalse((outcome.output + outcome.errors).contains("\u{1B}"), outcome.output)
        }
        let address = ListenerAddress.unixSocket(path: "/tmp/a\u{1B}b")
        XCTAssertEqual(address.announcement(isPlain: false), "listening on unix:/tmp/a\\u{1b}b")
    }

    private func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// The path without symbolic links: on macOS, the temporary folder is one.
    private func real(_ path: String) -> String { (try? FileSystem.realPath(path)) ?? path }

    func test_a_folder_that_others_can_write_to_gets_no_key() throws {
        let world = try PKIInFolder(clock: .system)
        let folder = world.directory.path
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
        for mode in [0o777, 0o722, 0o750] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
            let refused = try Program.run("pki", "issue", "alice", "--dir", folder)
            XCTAssertEqual(refused.status, 2)
            XCTAssertEqual(
                refused.errors,
                "certauth: error: \(folder): has mode \(String(mode, radix: 8)), expected 700: it contains private keys\n"
                    + "hint: choose another --dir, or run chmod 700\n"
            )
            XCTAssertFalse(FileManager.default.fileExists(atPath: world.path("alice.key")))
        }
    }

    func test_a_folder_in_one_that_every_user_can_change_gets_no_key() throws {
        let directory = try TemporaryDirectory()
        let parent = directory.path(of: "parent")
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: false)
        for (mode, status) in [(0o777, 2), (0o1777, 0), (0o755, 0)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: parent)
            let outcome = try Program.run("pki", "init", "--dir", "\(parent)/pki-\(mode)")
            XCTAssertEqual(outcome.status, Int32(status), outcome.errors)
            XCTAssertEqual(FileManager.default.fileExists(atPath: "\(parent)/pki-\(mode)"), status == 0)
        }
    }
}
