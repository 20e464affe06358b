// SPDX-License-Identifier: Apache-2.0
// `certauth serve --names`.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import Logging
import XCTest

final class ServeNamesFileTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost", "a.test", "b.test", "*.c.test"]
        }
        try world.issue("alice")
    }

    override func tearDown() { world = nil }

    private var flags: [String] {
        ["--listen", "127.0.0.1:0", "--revocation", "none", "--client-ca", world.path("root.pem")]
            + ["--cert", world.path("localhost.chain.pem"), "--key", world.path("localhost.key")]
            + ["--names", world.path("names")]
    }

    private func check(_ more: [String] = []) throws -> Program.Outcome {
        try Program.run(Program.certauth, ["serve", "--check"] + flags + more)
    }

    private func assertRefused(
        _ names: String,
        with more: [String] = [],
        _ errors: String,
        line: UInt = #line
    ) throws {
        try world.directory.write(names, as: "names")
        let outcome = try check(more)
        XCTAssertEqual(outcome.status, 2, line: line)
        XCTAssertEqual(outcome.errors, errors, line: line)
    }

    func test_the_names_of_a_file_are_served_and_a_reload_reads_it_again() throws {
        let curl = try ExternalTool("curl").url
        try world.directory.write("a.test mode=none\n*.c.test\n", as: "names")
        let server = try RunningProgram(["serve"] + flags)
        let port = try server.announcedPort()
        func status(_ name: String, _ path: String = "/whoami", asAlice: Bool = false) throws -> String {
            let alice = ["--cert", world.path("alice.chain.pem"), "--key", world.path("alice.key")]
            return try Program.run(
                curl,
                [
                    "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert",
                    world.path("root.pem"),
                ]
                    + ["--resolve", "\(name):\(port):127.0.0.1"] + (asAlice ? alice : [])
                    + ["https://\(name):\(port)\(path)"]
            ).output
        }
        XCTAssertEqual(try status("a.test", "/public"), "200")
        XCTAssertEqual(try status("a.test", asAlice: true), "403")
        XCTAssertEqual(try status("x.c.test", asAlice: true), "200")
        XCTAssertEqual(try status("x.c.test"), "403")
        XCTAssertEqual(try status("b.test", asAlice: true), "000")
        try world.directory.write("a.test mode=require\nb.test\n", as: "names")
        server.signal(SIGHUP)
        try server.waitForError(containing: "reloaded: new connections use the current files")
        XCTAssertEqual(try status("a.test", asAlice: true), "200")
        XCTAssertEqual(try status("b.test", asAlice: true), "200")
        XCTAssertEqual(try status("x.c.test", asAlice: true), "000")
        try world.directory.write("", as: "names")
        server.signal(SIGHUP)
        try server.waitForError(
            containing:
                "not reloaded, the previous configuration stays in use: \(world.path("names")): no server name in it"
        )
        XCTAssertEqual(try status("b.test", asAlice: true), "200")
        XCTAssertEqual(try status("x.c.test", asAlice: true), "000")
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_check_reads_the_file_and_everything_that_it_names() throws {
        let other = try TestAuthority("Other Root")
        try world.directory.write(try other.identity.anchorPEM(), as: "other.pem")
        let names = world.path("names")
        try world.directory.write("a.test cert=localhost.chain.pem key=localhost.key trust=other.pem\n", as: "names")
        XCTAssertEqual(try check().status, 0)
        let missing = world.path("missing.pem")
        try assertRefused(
            "#\na.test trust=missing.pem\n",
            "certauth: error: \(names):2: \(missing): can't be read: No such file or directory\n"
                + "hint: check the path and its permissions\n"
        )
        try assertRefused(
            "a.test cert=alice.pem key=localhost.key\n",
            "certauth: error: \(names):1: server identity from \(world.path("alice.pem")) and "
                + "\(world.path("localhost.key")): the key is not that of certificate 0 (CN=alice): the server's own "
                + "certificate must come first, its issuers after it\nhint: a line with cert and key needs the server's "
                + "certificate first, then its issuers, and its private key\n"
        )
        try assertRefused(
            "a.test mode=requires\n",
            "certauth: error: \(names):1: mode=requires: no such mode, expected none, allow, require or delayed\n"
        )
        try FileManager.default.removeItem(atPath: names)
        let outcome = try check()
        XCTAssertEqual(outcome.status, 2)
        XCTAssertEqual(
            outcome.errors,
            "certauth: error: \(names): can't be read: No such file or directory\n"
                + "hint: check the path and its permissions\n"
        )
    }

    func test_a_name_is_set_in_one_place() throws {
        let names = world.path("names")
        for flag in [["--sni", "A.test=none"], ["--sni-trust", "A.test=\(world.path("root.pem"))"]] {
            try assertRefused(
                "#\na.test mode=none\n",
                with: flag,
                "certauth: error: \(names):2: a.test is also in a flag (--sni, --sni-cert or --sni-trust)\n"
                    + "hint: set a name in one place\n"
            )
        }
        for (flag, name) in [(["--mode", "allow"], "--mode"), (["--sni", "*=allow"], "--sni *")] {
            try assertRefused(
                "a.test\n* mode=allow\n",
                with: flag,
                "certauth: error: \(names):2: * and \(name) both set the mode of all other names\n"
                    + "hint: leave one of them out\n"
            )
        }
        try world.directory.write("a.test mode=allow\n* mode=require\n", as: "names")
        XCTAssertEqual(try check(["--sni", "b.test=allow"]).status, 0)
        try assertRefused(
            "a.test\n",
            with: ["--certificate-host", "b.test"],
            "certauth: error: --certificate-host has no meaning if no name is in mode delayed\n"
                + "hint: give --sni NAME=delayed or --mode delayed\n"
        )
        try world.directory.write("a.test mode=delayed\n", as: "names")
        XCTAssertEqual(try check(["--certificate-host", "b.test"]).status, 0)
    }

    func test_the_policy_for_all_other_names_must_not_be_looser() throws {
        try world.directory.write("a.test mode=require\n* mode=allow\n", as: "names")
        let outcome = try check()
        XCTAssertEqual(outcome.status, 2)
        XCTAssertTrue(outcome.errors.contains("the policy for all other names is looser"), outcome.errors)
        XCTAssertEqual(try check(["--insecurely-looser-default"]).status, 0)
    }

    func test_the_line_for_all_other_names_does_not_change_the_named_ones() throws {
        try world.directory.write("a.test trust=root.pem\n* mode=none\n", as: "names")
        let outcome = try check()
        XCTAssertEqual(outcome.status, 2)
        XCTAssertTrue(outcome.errors.contains("the policy for all other names is looser"), outcome.errors)
        XCTAssertEqual(try check(["--insecurely-looser-default"]).status, 0)
    }

    func test_anchors_of_a_name_that_asks_for_no_certificate_are_refused() throws {
        let error =
            "a.test has trust anchors for clients, and mode none, which asks for no certificate\n"
            + "hint: set another mode for the name, or leave its anchors out\n"
        let names = world.path("names")
        try assertRefused("b.test\na.test mode=none trust=root.pem\n", "certauth: error: \(names):2: " + error)
        let flags = ["--sni", "a.test=none", "--sni-trust", "a.test=\(world.path("root.pem"))"]
        try assertRefused("b.test\n", with: flags, "certauth: error: " + error)
    }

    func test_a_name_may_have_the_same_anchors_as_the_server() throws {
        try world.directory.write("a.test trust=root.pem\n", as: "names")
        let outcome = try check()
        XCTAssertEqual(outcome.status, 0, outcome.errors)
    }

    func test_a_file_that_every_user_can_write_to_is_refused() throws {
        let names = world.path("names")
        try world.directory.write("a.test\n", as: "names")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: names)
        let outcome = try check()
        XCTAssertEqual(outcome.status, 2)
        XCTAssertEqual(
            outcome.errors,
            "certauth: error: \(names): every user can write to it (mode 666), and it decides which clients the server trusts\n"
                + "hint: chmod o-w \(names)\n"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: names)
        XCTAssertEqual(try check().status, 0)
    }

    func test_without_TLS_a_file_of_names_is_refused() throws {
        let outcome = try Program.run(
            "serve",
            "--check",
            "--plain",
            "--forwarded",
            "nginx",
            "--trusted-proxy",
            "127.0.0.1/32",
            "--names",
            "x"
        )
        XCTAssertEqual(outcome.status, 2)
        XCTAssertEqual(
            outcome.errors,
            "certauth: error: --names has no meaning with --plain\nhint: leave it out\n"
        )
    }

    func test_changed_names_come_into_force_by_themselves() throws {
        try world.directory.write("a.test\n", as: "names")
        let server = try RunningProgram(["serve", "--watch"] + flags)
        _ = try server.announcedPort()
        try world.directory.write(
            try String(contentsOfFile: world.path("root.pem"), encoding: .utf8),
            as: "own.pem"
        )
        try world.directory.write("a.test trust=own.pem\n", as: "names")
        try server.waitForError(containing: "reloaded: the watched files have changed")
        // A file that only the file of names mentions is watched too.
        try world.directory.write("broken", as: "own.pem")
        try server.waitForError(containing: "\(world.path("names")):1: \(world.path("own.pem")): ")
        let end = try server.end()
        XCTAssertEqual(end.status, 0)
        XCTAssertEqual(end.errors.components(separatedBy: "notice: reloaded").count - 1, 1, end.errors)
    }
}
