// SPDX-License-Identifier: Apache-2.0
// The log of `certauth serve`: one line for each refusal, in both formats, and the end of the server.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeLogTests: XCTestCase {
    /// The lines that a server writes while one client connects without a certificate and one with a revoked one.
    private func lines(_ flags: String...) throws -> [Substring] {
        let curl = try ExternalTool("curl").url
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        try world.issue("stolen")
        try world.pki.revoke("stolen", reason: .keyCompromise)
        let server = try RunningProgram(
            [
                "serve", "--listen", "127.0.0.1:0", "--cert", world.path("localhost.chain.pem"), "--key",
                world.path("localhost.key"), "--client-ca", world.path("root.pem"), "--crl", world.path("crls.pem"),
                "--revocation", "offline",
            ] + flags
        )
        let address = "https://localhost:\(try server.announcedPort())/whoami"
        let common = ["--silent", "--cacert", world.path("root.pem"), address]
        let identity = ["--cert", world.path("stolen.chain.pem"), "--key", world.path("stolen.key")]
        for flags in [common, common + identity] { _ = try Program.run(curl, flags) }
        return try server.end().errors.split(separator: "\n")
    }

    func test_each_refusal_is_one_line_in_both_ways_of_validation_and_the_end_is_logged() throws {
        for verify in ["request", "handshake"] {
            let lines = try lines("--verify", verify)
            let start = #/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z certauth: [a-z]+: /#
            XCTAssertTrue(lines.allSatisfy { $0.prefixMatch(of: start) != nil }, "\(lines)")
            for code in ["no-certificate", "revoked"] {
                let found = lines.filter { $0.contains("certauth.code=\(code)") }
                XCTAssertEqual(found.count, 1, "\(verify): \(lines)")
                XCTAssertTrue(found[0].contains(" notice: client refused certauth."), "\(found)")
                for key in ["id", "peer", "reason", "scheme", "server_name"] {
                    XCTAssertTrue(found[0].contains(" certauth.\(key)="), "\(verify) \(key): \(found)")
                }
            }
            let revoked = try XCTUnwrap(lines.first { $0.contains("certauth.code=revoked") })
            XCTAssertTrue(revoked.contains(#" certauth.subject="CN=stolen""#), "\(revoked)")
            XCTAssertTrue(lines.last?.hasSuffix(" certauth: notice: stopped") ?? false, "\(lines)")
        }
    }

    func test_with_log_format_json_every_line_is_an_object() throws {
        let objects = try lines("--log-format", "json").map { line in
            try XCTUnwrap(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String], "\(line)")
        }
        XCTAssertTrue(objects.allSatisfy { $0["time"].flatMap { Timestamp(iso8601: $0) } != nil }, "\(objects)")
        let refused = objects.filter { $0["message"] == "client refused" }
        XCTAssertEqual(refused.map { $0["certauth.code"] }, ["no-certificate", "revoked"])
        XCTAssertEqual(refused.map { $0["level"] }, ["notice", "notice"])
        XCTAssertEqual(refused.last?["certauth.subject"], "CN=stolen")
        XCTAssertEqual(objects.last?["message"], "stopped")
    }
}
