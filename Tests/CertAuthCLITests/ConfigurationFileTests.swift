// SPDX-License-Identifier: Apache-2.0
// `certauth serve --config`, environment variables and `--print-config`.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ConfigurationFileTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
    }

    override func tearDown() { world = nil }

    private func write(_ json: String, as name: String = "config.json") throws -> String {
        try world.directory.write(json, as: name)
    }

    private func failure(_ text: String) -> CommandFailure? {
        do throws(CommandFailure) {
            _ = try ConfigurationFile(Array(text.utf8), path: "c.json")
            return nil
        } catch {
            return error
        }
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Program.Outcome {
        let words = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return try Program.run(
            URL(fileURLWithPath: "/usr/bin/env"),
            words + [Program.certauth.path, "serve"] + arguments
        )
    }

    func test_the_names_are_those_of_the_flags() throws {
        let text = try Program.run("--experimental-dump-help").output
        let help = try JSONDecoder().decode(DumpedHelp.self, from: Data(text.utf8))
        let serve = try XCTUnwrap(help.command.subcommands?.first { $0.commandName == "serve" })
        var found: Set<String> = []
        for argument in serve.arguments ?? [] {
            for name in (argument.names ?? []).map(\.name) where !ServeFlag.onlyOnCommandLine.contains(name) {
                guard name.count > 1 else { continue }
                found.insert(name)
                let flag = try XCTUnwrap(ServeFlag.named(name), "\(name) is missing in ServeFlag.all")
                XCTAssertEqual(argument.kind == "flag", flag.kind == .flag, name)
                XCTAssertEqual(argument.isRepeating, flag.kind == .list, name)
            }
        }
        XCTAssertEqual(found, Set(ServeFlag.all.map(\.name)))
    }

    func test_unknown_names_and_other_types_are_errors_with_their_line() {
        XCTAssertNil(failure("{\n\"cert\": \"a\", \"http2\": true,\n\"connections\": 5, \"crl\": [\"a\", \"b\"]}\n"))
        XCTAssertNil(failure("{}"))
        let cases: [(String, String)] = [
            ("{\"cert\": \"a\",\n\n \"revocaton\": \"none\"}", "c.json:3: 'revocaton' is not a setting"),
            ("{\n\"mode\": 5}", "c.json:2: 'mode' has another type: expected a text in quotation marks"),
            ("{\"mode\": \"\"}", "c.json:1: 'mode' has another type: expected a text that is not empty"),
            ("{\"cert\": \"\"}", "c.json:1: 'cert' has another type: expected texts that are not empty"),
            ("{\"http2\": \"true\"}", "c.json:1: 'http2' has another type: expected true or false"),
            (
                "{\"connections\": \"5\"}",
                "c.json:1: 'connections' has another type: expected a number without quotation marks"
            ),
            ("{\"connections\": 1.5}", "c.json:1: 'connections' has another type: expected a whole number"),
            (
                "{\"crl\": true}",
                "c.json:1: 'crl' has another type: expected a text or a list of texts, for instance [\"a\", \"b\"]"
            ),
            (
                "{\"crl\": [\"a\",\n 5]}",
                "c.json:1: 'crl' is neither a text, a number, true, false nor a list of texts"
            ),
            ("{\"cert\": null}", "c.json:1: 'cert' is neither a text, a number, true, false nor a list of texts"),
            ("{\"cert\": {}}", "c.json:1: 'cert' is neither a text, a number, true, false nor a list of texts"),
            ("{\"cert\": \"a\",\n\"cert\": \"b\"}", "c.json:2: 'cert' appears twice"),
            ("{\"key-password\": \"x\"}", "c.json:1: 'key-password' is not permitted in the file"),
            ("{\"check\": true}", "c.json:1: 'check' is not permitted in the file"),
            ("", "c.json:1: not a JSON object"), ("[]", "c.json:1: not a JSON object"),
            ("{\n\"cert\": \"a\"", "c.json:2: not a JSON object"),
            ("{\"cert\": \"a\",}", "c.json:1: not a JSON object"), ("{} {}", "c.json:1: not a JSON object"),
        ]
        for (text, message) in cases { XCTAssertEqual(failure(text)?.message, message, text) }
        XCTAssertEqual(failure("{\"revocaton\": \"none\"}")?.hints.first, "did you mean 'revocation'?")
        XCTAssertEqual(failure("{\"key-password\": \"x\"}")?.hints, ["give key-password-file"])
    }

    func test_size_and_number_of_values_are_bounded() throws {
        func list(_ count: Int) -> String {
            "{\"crl\": [\(Array(repeating: "\"a\"", count: count).joined(separator: ","))]}"
        }
        XCTAssertNil(failure(list(2_000)))
        XCTAssertEqual(failure(list(2_001))?.message, "c.json:1: more than 2000 values")
        let large = try write("{}" + String(repeating: " ", count: ConfigurationFile.sizeLimit - 1), as: "large")
        XCTAssertEqual(
            try run(["--config", large, "--print-config"]).errors,
            "certauth: error: --config \(large): can't be read: larger than 1048576 bytes\n"
        )
        let missing = world.path("missing.json")
        XCTAssertEqual(
            try run(["--config", missing, "--print-config"]).errors,
            "certauth: error: --config \(missing): can't be read: No such file or directory\n"
        )
    }

    func test_a_file_that_every_user_can_write_to_is_refused() throws {
        let path = try write("{}")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let outcome = try run(["--config", path, "--print-config"])
        XCTAssertEqual(outcome.status, 2)
        XCTAssertEqual(
            outcome.errors,
            "certauth: error: --config \(path): every user can write to it (mode 666), and it decides which clients the "
                + "server trusts\nhint: chmod o-w \(path)\n"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        XCTAssertEqual(try run(["--config", path, "--print-config"]).status, 0)
    }

    func test_flags_precede_variables_and_variables_precede_the_file() throws {
        let path = try write(
            "{\"cert\": \"file\", \"key\": \"file\", \"tls-min\": \"1.3\", \"crl\": [\"x\", \"y\"], \"http2\": true}"
        )
        let environment = [
            "CERTAUTH_CONFIG": path, "CERTAUTH_CERT": "variable", "CERTAUTH_KEY": "variable", "CERTAUTH_HTTP2": "false",
            "CERTAUTH_CLIENT_CA": "[\"a, b\",\"c\"]", "CERTAUTH_INTERMEDIATE": "one",
            "CERTAUTH_LISTEN": "[::1]:5", "CERTAUTH_CONNECTIONS": "7", "CERTAUTH_KEY_PASSWORD": "secret",
        ]
        let outcome = try run(["--cert", "flag", "--crl=z", "--print-config"], environment)
        XCTAssertEqual(outcome.status, 0, outcome.errors)
        XCTAssertEqual(outcome.errors, "")
        let printed = try JSONSettings(Array(outcome.output.utf8), most: 100).members
        let values = Dictionary(uniqueKeysWithValues: printed.map { ($0.name, $0.value) })
        let expected: [String: JSONSettings.Value] = [
            "cert": .list(["flag"]), "key": .list(["variable"]), "tls-min": .text("1.3"), "crl": .list(["z"]),
            "http2": .flag(false), "client-ca": .list(["a, b", "c"]), "intermediate": .list(["one"]),
            "listen": .list(["[::1]:5"]), "connections": .number("7"), "revocation": .text("online"),
            "handshake-timeout": .number("60"),
        ]
        for (name, value) in expected { XCTAssertEqual(values[name], value, name) }
        XCTAssertNil(values["mode"], "its default depends on other settings")
        XCTAssertFalse(outcome.output.contains("secret"))
    }

    func test_what_is_printed_gives_the_same_again() throws {
        let names = [
            "--cert", world.path("localhost.chain.pem"), "--key", world.path("localhost.key"), "--client-ca",
            world.path("root.pem"), "--crl", world.path("crls.pem"),
        ]
        let plain = [
            "--plain", "--client-ca", world.path("root.pem"), "--revocation", "none", "--forwarded", "nginx",
            "--trusted-proxy", "127.0.0.1/32",
        ]
        for arguments in [names, names + ["--http2", "--sni", "a.test=none", "--late-timeout", "90"], plain] {
            let first = try run(arguments + ["--print-config"])
            XCTAssertEqual(first.status, 0, first.errors)
            let path = try write(first.output)
            let second = try run(["--config", path, "--print-config"])
            XCTAssertEqual(second, first)
            let check = try run(["--config", path, "--check"])
            XCTAssertEqual(check.status, 0, check.errors)
        }
    }

    func test_an_error_says_where_the_setting_is() throws {
        let path = try write("{\n  \"mode\": \"requires\"\n}")
        let file = try run(["--config", path, "--check"])
        XCTAssertEqual(file.status, 2)
        XCTAssertTrue(file.errors.hasPrefix("certauth: error: --mode requires: "), file.errors)
        XCTAssertTrue(file.errors.hasSuffix("hint: --mode is set in \(path):2\n"), file.errors)
        let variable = try run(["--check"], ["CERTAUTH_CACHE": "0"])
        XCTAssertEqual(variable.status, 2)
        for (name, value, expected) in [
            ("CERTAUTH_CONNECTIONS", "many", "a number"), ("CERTAUTH_HTTP2", "yes", "true or false"),
            ("CERTAUTH_CRL", "[\"a\"", "a text, or a JSON list of texts"), ("CERTAUTH_CERT", "", "a value"),
        ] {
            XCTAssertEqual(
                try run(["--check"], [name: value]).errors,
                "certauth: error: \(name) is '\(value)', expected \(expected)\nhint: or unset it\n"
            )
        }
    }

    func test_print_config_and_check_exclude_each_other() throws {
        XCTAssertEqual(
            try run(["--print-config", "--check"]).errors,
            "certauth: error: --print-config and --check exclude each other\n"
        )
    }

    func test_a_reload_reads_the_file_again_and_names_what_needs_a_restart() throws {
        let curl = try ExternalTool("curl").url
        try world.issue("alice")
        let other = try world.directory.write(try TestAuthority("Other Root").identity.anchorPEM(), as: "other.pem")
        let serverRoot = try world.directory.write(
            try String(contentsOfFile: world.path("root.pem"), encoding: .utf8),
            as: "server-root.pem"
        )
        func config(_ authority: String, _ more: String = "") -> String {
            """
            {"listen": ["127.0.0.1:0"], "revocation": "none", "client-ca": ["\(authority)"]\(more),
             "cert": "\(world.path("localhost.chain.pem"))", "key": "\(world.path("localhost.key"))"}
            """
        }
        let path = try write(config(world.path("root.pem")))
        let server = try RunningProgram(["serve", "--config", path])
        let port = try server.announcedPort()
        let request = [
            "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", serverRoot, "--resolve",
            "localhost:\(port):127.0.0.1", "--cert", world.path("alice.chain.pem"), "--key", world.path("alice.key"),
            "https://localhost:\(port)/whoami",
        ]
        XCTAssertEqual(try Program.run(curl, request).output, "200")
        _ = try write(config(other, ", \"connections\": 5, \"body-bytes\": 9"))
        server.signal(SIGHUP)
        try server.waitForError(containing: "notice: reloaded")
        XCTAssertEqual(try Program.run(curl, request).output, "403")
        _ = try write(config(other, ", \"connectoins\": 5"))
        server.signal(SIGHUP)
        try server.waitForError(containing: "not reloaded")
        let end = try server.end()
        XCTAssertEqual(end.status, 0)
        XCTAssertTrue(
            end.errors.contains("the changes of --connections, --body-bytes need a restart and are not in use"),
            end.errors
        )
        XCTAssertTrue(end.errors.contains("'connectoins' is not a setting"), end.errors)
    }
}
