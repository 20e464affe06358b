// SPDX-License-Identifier: Apache-2.0
// `certauth serve --connections`.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTestSupport
import Foundation
import Logging
import XCTest

final class ConnectionLimitTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
    }

    override func tearDown() { world = nil }

    private var flags: [String] {
        ["serve", "--revocation", "none", "--client-ca", world.path("root.pem")]
            + ["--cert", world.path("localhost.chain.pem"), "--key", world.path("localhost.key")]
    }

    func test_the_flag_sets_the_limit_of_the_listener() throws {
        var settings = ServeSettings(certificate: world.path("localhost.chain.pem"), key: world.path("localhost.key"))
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        XCTAssertEqual(
            try settings.listener(logger: .silent).configuration.limits.connections,
            HTTPSListenerLimits().connections
        )
        settings.connections = 7
        XCTAssertEqual(try settings.listener(logger: .silent).configuration.limits.connections, 7)
    }

    func test_connections_must_be_1_to_1000000() throws {
        for value in ["0", "-1", "1000001"] {
            let outcome = try Program.run(Program.certauth, flags + ["--check", "--connections=\(value)"])
            XCTAssertEqual(outcome.status, 2)
            XCTAssertEqual(
                outcome.errors,
                "certauth: error: --connections must be 1 to 1000000\nhint: leave it out for 1000\n"
            )
        }
        for value in ["1", "1000000"] {
            XCTAssertEqual(try Program.run(Program.certauth, flags + ["--check", "--connections", value]).status, 0)
        }
    }

    func test_a_system_limit_that_is_too_low_is_a_finding() throws {
        XCTAssertNil(OpenFiles.finding(connections: 1_000, loops: 2, limit: 1_022))
        XCTAssertNil(OpenFiles.finding(connections: 1_000, loops: 2, limit: nil))
        let finding = try XCTUnwrap(OpenFiles.finding(connections: 1_000, loops: 2, limit: 1_021))
        XCTAssertEqual(finding.code, "open-files-limit")
        XCTAssertEqual(finding.severity, .warning)
        XCTAssertTrue(
            finding.message.hasPrefix(
                "1000 connections need about 1022 open files, but the system's limit for this process is 1021"
            ),
            finding.message
        )
    }

    func test_check_and_start_report_the_systems_limit() throws {
        let shell = URL(fileURLWithPath: "/bin/sh")
        let words = [Program.certauth.path] + flags + ["--connections", "900"]
        let command = words.map { "'\($0)'" }.joined(separator: " ")
        let check = try Program.run(shell, ["-c", "ulimit -n 500; exec \(command) --check"])
        XCTAssertEqual(check.status, 0)
        XCTAssertTrue(
            check.errors.contains("certauth: warning: open-files-limit: 900 connections need about "),
            check.errors
        )
        // The findings are logged before the server listens.
        let start = try Program.run(shell, ["-c", "ulimit -n 500; exec \(command) --listen unix:/missing/socket"])
        XCTAssertEqual(start.status, 2)
        XCTAssertTrue(start.errors.contains("certauth: warning: 900 connections need about "), start.errors)
        XCTAssertTrue(start.errors.contains("certauth.finding=open-files-limit"), start.errors)
    }
}
