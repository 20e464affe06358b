// SPDX-License-Identifier: Apache-2.0
// `certauth serve --crl`: neither a reload nor a restart replaces a list by an older one.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeEvidenceTests: XCTestCase {
    private var curl: URL!
    private var directory: TemporaryDirectory!
    private var root: TestAuthority!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        curl = try ExternalTool("curl").url
        directory = try TemporaryDirectory()
        root = try TestAuthority("Root")
        alice = try root.issue("alice")
        try directory.write(root.identity.anchorPEM(), as: "root.pem")
        let server = try root.issue("localhost", .server(dnsNames: ["localhost"]))
        for (name, identity) in [("server", server), ("alice", alice!)] {
            try directory.write(identity.chainPEM(), as: "\(name).pem")
            try directory.write(identity.privateKeyPEM(), as: "\(name).key")
        }
    }

    override func tearDown() { directory = nil }

    private func write(_ number: Int, revoking revoked: [TestIdentity] = [], prefix: Int? = nil) throws {
        let der = try root.revocationList(revoked: revoked, number: number) { [clock = root.clock] in
            $0.thisUpdate = .automatic(clock.now().adding(seconds: Int64(number - 10) * 600))
        }.derEncoded
        try Data(der.prefix(prefix ?? der.count)).write(to: URL(fileURLWithPath: directory.path(of: "crl.der")))
    }

    private func start(_ more: String...) throws -> (RunningProgram, port: Int) {
        let files = ["root.pem", "server.pem", "server.key", "crl.der"].map { directory.path(of: $0) }
        let server = try RunningProgram(
            [
                "serve", "--listen", "127.0.0.1:0", "--revocation", "offline", "--unknown-revocation", "allow",
                "--client-ca", files[0], "--cert", files[1], "--key", files[2], "--crl", files[3],
            ] + more
        )
        return (server, try server.announcedPort())
    }

    private func status(_ port: Int) throws -> String {
        try Program.run(
            curl,
            [
                "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert",
                directory.path(of: "root.pem"), "--resolve", "localhost:\(port):127.0.0.1", "--cert",
                directory.path(of: "alice.pem"), "--key", directory.path(of: "alice.key"),
                "https://localhost:\(port)/whoami",
            ]
        ).output
    }

    func test_a_reload_with_an_older_broken_or_missing_list_does_not_admit_a_revoked_client() throws {
        try write(6, revoking: [alice])
        let (server, port) = try start()
        XCTAssertEqual(try status(port), "403")
        try write(5)
        server.signal(SIGHUP)
        try server.waitForError(containing: "number 5")
        try server.waitForError(containing: "reloaded: ")
        XCTAssertEqual(try status(port), "403")
        try write(7, prefix: 40)
        server.signal(SIGHUP)
        try server.waitForError(containing: "not reloaded")
        XCTAssertEqual(try status(port), "403")
        try FileManager.default.removeItem(atPath: directory.path(of: "crl.der"))
        server.signal(SIGHUP)
        try server.waitForError(containing: "No such file")
        XCTAssertEqual(try status(port), "403")
        let end = try server.end()
        XCTAssertTrue(end.errors.contains("in force: number 6"), end.errors)
    }

    func test_after_a_restart_older_lists_are_refused_only_with_a_folder() throws {
        let folder = directory.path(of: "evidence")
        try write(6, revoking: [alice])
        let (first, port) = try start("--evidence-folder", folder)
        XCTAssertEqual(try status(port), "403")
        XCTAssertEqual(try first.end().status, 0)
        try write(5)
        let (second, again) = try start("--evidence-folder", folder)
        XCTAssertEqual(try status(again), "403")
        XCTAssertTrue(try second.end().errors.contains("number 5"))
        let (third, without) = try start()
        XCTAssertEqual(try status(without), "200")
        _ = try third.end()
        try write(7)
        let (fourth, last) = try start("--evidence-folder", folder)
        XCTAssertEqual(try status(last), "200")
        _ = try fourth.end()
    }

    func test_a_check_does_not_change_the_folder_and_usage_errors_are_reported() throws {
        try write(6)
        let folder = directory.path(of: "evidence")
        let files = ["root.pem", "server.pem", "server.key", "crl.der"].map { directory.path(of: $0) }
        let common = ["serve", "--client-ca", files[0], "--cert", files[1], "--key", files[2], "--evidence-folder"]
        let check = try Program.run(
            Program.certauth,
            common + [folder, "--revocation", "offline", "--crl", files[3], "--check"]
        )
        XCTAssertEqual(check.status, 0, check.errors)
        XCTAssertFalse(FileManager.default.fileExists(atPath: folder))
        let useless = try Program.run(Program.certauth, common + [folder, "--revocation", "none"])
        XCTAssertEqual(useless.status, 2)
        let wrong = try Program.run(Program.certauth, common + [files[0], "--crl", files[3]])
        XCTAssertEqual(wrong.status, 2)
        XCTAssertTrue(wrong.errors.contains("--evidence-folder"), wrong.errors)
    }
}
