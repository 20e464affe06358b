// SPDX-License-Identifier: Apache-2.0
// The log line, the problem document and `certauth verify` explain a refused client in the same words.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ExplainedRefusalTests: XCTestCase {
    private struct Problem: Decodable {
        let code: String
        let instance: String
        let message: String?
    }

    private struct Report: Decodable {
        struct Failure: Decodable {
            let code: String
            let message: String
        }

        let error: Failure?
    }

    /// The fields of a log line, which are `name=value` or `name="value"`.
    private func fields(_ line: Substring) -> [String: String] {
        let fields = line.matches(of: #/ (certauth\.[a-z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|([^" ]*))/#)
        return Dictionary(fields.map { (String($0.1), String($0.2 ?? $0.3 ?? "")) }, uniquingKeysWith: { $1 })
    }

    func test_log_line_answer_and_verify_give_the_same_code_and_message() throws {
        let curl = try ExternalTool("curl").url
        let world = try PKIInFolder(clock: .system)
        let now = Timestamp.now
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        try world.issue("old") {
            $0.notBefore = now.adding(seconds: -30 * 86_400)
            $0.days = 29
        }
        try world.issue("server") { $0.purposes = [.serverAuth] }
        try world.issue("revoked")
        try world.pki.revoke("revoked", reason: .keyCompromise)
        let stranger = try TestAuthority("Stranger").issue("stranger")
        try world.directory.write(try stranger.chainPEM(), as: "stranger.chain.pem")
        try world.directory.write(try stranger.privateKeyPEM(), as: "stranger.key")
        let server = try RunningProgram([
            "serve", "--listen", "127.0.0.1:0", "--cert", world.path("localhost.chain.pem"), "--key",
            world.path("localhost.key"), "--client-ca", world.path("root.pem"), "--crl", world.path("crls.pem"),
            "--expose-details",
        ])
        let port = try server.announcedPort()

        var problems: [String: Problem] = [:]
        for name in ["old", "server", "revoked", "stranger"] {
            let answer = try Program.run(
                curl,
                [
                    "--silent", "--cacert", world.path("root.pem"), "--cert", world.path("\(name).chain.pem"), "--key",
                    world.path("\(name).key"), "https://localhost:\(port)/whoami",
                ]
            )
            problems[name] = try JSONDecoder().decode(Problem.self, from: Data(answer.output.utf8))
        }
        let bare = try Program.run(
            curl,
            ["--silent", "--cacert", world.path("root.pem"), "https://localhost:\(port)/whoami"]
        )
        let nothing = try JSONDecoder().decode(Problem.self, from: Data(bare.output.utf8))
        let lines = try server.end().errors.split(separator: "\n").map(fields)

        let without = lines.first { nothing.instance == "urn:uuid:\($0["certauth.id"] ?? "")" }
        XCTAssertEqual(without?["certauth.code"], "no-certificate")
        XCTAssertEqual(nothing.code, "no-certificate")
        for (name, code) in [
            ("old", "expired"), ("server", "wrong-usage"), ("revoked", "revoked"), ("stranger", "untrusted"),
        ] {
            let problem = try XCTUnwrap(problems[name])
            XCTAssertEqual(problem.code, code)
            let identifier = try XCTUnwrap(problem.instance.split(separator: ":").last.map(String.init))
            let line = try XCTUnwrap(lines.first { $0["certauth.id"] == identifier && $0["certauth.reason"] != nil })
            XCTAssertEqual(line["certauth.code"], code)
            XCTAssertEqual(line["certauth.reason"], problem.message)
            XCTAssertEqual(line["certauth.subject"], "CN=\(name)")
            let verified = try Program.run(
                "verify",
                "--json",
                "--leaf",
                world.path("\(name).chain.pem"),
                "--trust",
                world.path("root.pem"),
                "--crl",
                world.path("crls.pem")
            )
            XCTAssertEqual(verified.status, 1, verified.errors)
            let report = try JSONDecoder().decode(Report.self, from: Data(verified.output.utf8))
            XCTAssertEqual(report.error?.code, code)
            // Only the time of validation may differ, where the message contains it.
            let withoutTime = { (text: String?) in text?.replacing(/, now [0-9TZ:.-]+/, with: "") }
            XCTAssertEqual(withoutTime(line["certauth.reason"]), withoutTime(report.error?.message), name)
            let text = try Program.run(
                "verify",
                "--leaf",
                world.path("\(name).chain.pem"),
                "--trust",
                world.path("root.pem"),
                "--crl",
                world.path("crls.pem")
            )
            XCTAssertTrue(text.output.contains(code), text.output)
        }
    }
}
