// SPDX-License-Identifier: Apache-2.0
// Mistyped commands and options, options given twice, and values with a dash.

import CertAuthCLI
import Foundation
import XCTest

final class ArgumentCheckTests: XCTestCase {
    private func failure(_ arguments: String...) throws -> CommandFailure? {
        do throws(CommandFailure) {
            try ArgumentCheck.check(arguments)
            return nil
        } catch {
            return error
        }
    }

    func test_the_repeatable_options_are_those_that_the_parser_collects() throws {
        let text = try Program.run("--experimental-dump-help").output
        let help = try JSONDecoder().decode(DumpedHelp.self, from: Data(text.utf8))
        var found: [Bool: Int] = [:]
        func compare(_ command: DumpedHelp.Command, _ path: [String]) {
            for argument in command.arguments ?? [] where argument.kind != "positional" {
                for name in (argument.names ?? []).map({ "--\($0.name)" }) {
                    XCTAssertEqual(
                        ArgumentCheck.isRepeatable(name, of: path),
                        argument.isRepeating,
                        "\(path.joined(separator: " ")) \(name)"
                    )
                    found[argument.isRepeating, default: 0] += 1
                }
            }
            for subcommand in command.subcommands ?? [] { compare(subcommand, path + [subcommand.commandName]) }
        }
        compare(help.command, [])
        XCTAssertGreaterThan(found[true] ?? 0, 20)
        XCTAssertGreaterThan(found[false] ?? 0, 50)
    }

    func test_an_option_given_twice_where_one_counts_is_an_error() throws {
        XCTAssertEqual(
            try failure("serve", "--mode", "none", "--cert", "c", "--mode=allow"),
            CommandFailure(
                .usage,
                "--mode is given twice, but only one counts",
                hints: ["leave one of them out", "see `certauth help serve`"]
            )
        )
        XCTAssertEqual(
            try failure("pki", "issue", "a", "--days", "1", "--days", "2")?.hints.last,
            "see `certauth help pki issue`"
        )
        XCTAssertNil(try failure("serve", "--crl", "a", "--crl", "b", "--sni", "a=none", "--sni", "b=none"))
        XCTAssertNil(try failure("serve", "--listen", "a:1", "--listen=b:2"))
        XCTAssertEqual(
            try failure("demo", "--listen", "a:1", "--listen=b:2")?.message,
            "--listen is given twice, but only one counts"
        )
        XCTAssertNil(try failure("inspect", "--", "--json", "--json"))
    }

    func test_a_mistyped_command_proposes_the_nearest() throws {
        XCTAssertEqual(try failure("serv", "--check")?.message, "certauth has no command 'serv'")
        XCTAssertEqual(try failure("serv", "--check")?.hints.first, "did you mean `certauth serve`?")
        XCTAssertEqual(try failure("pki", "isue", "a")?.hints.first, "did you mean `certauth pki issue`?")
        XCTAssertEqual(try failure("help", "pki", "isseu")?.hints.first, "did you mean `certauth pki issue`?")
        XCTAssertEqual(try failure("frobnicate")?.hints.count, 1)
        XCTAssertEqual(try failure("\u{1B}[31m")?.message, "certauth has no command '\\u{1b}[31m'")
        XCTAssertNil(try failure("help", "pki", "issue"))
        XCTAssertNil(try failure())
    }

    func test_a_value_with_a_dash_says_how_to_write_it() throws {
        XCTAssertEqual(
            try failure("pki", "crl", "--days", "-3")?.message,
            "--days -3: a value cannot begin with a dash"
        )
        XCTAssertNil(try failure("pki", "crl", "--days=-3"))
    }

    func test_a_mistyped_option_proposes_only_a_near_one_and_never_repeats_its_value() throws {
        let near = try Program.run("serve", "--chekc")
        XCTAssertEqual(
            near.errors,
            "certauth: error: unknown option '--chekc'\nhint: did you mean '--check'?\nhint: see `certauth help serve`\n"
        )
        let far = try Program.run("inspect", "a", "--frobnicate")
        XCTAssertEqual(
            far.errors,
            "certauth: error: unknown option '--frobnicate'\nhint: see `certauth help inspect`\n"
        )
        let secret = try Program.run("inspect", "a", "--pasword=hunter2")
        XCTAssertEqual(secret.status, 2)
        XCTAssertFalse(secret.errors.contains("hunter2"), secret.errors)
        let argument = try Program.run("pki", "pfx", "alice", "hunter2")
        XCTAssertEqual(
            argument.errors,
            "certauth: error: an unexpected argument is given\nhint: see `certauth help pki pfx`\n"
        )
    }

    func test_a_mistyped_dialect_proposes_the_nearest() throws {
        let outcome = try Program.run("serve", "--forwarded", "ngnix", "--plain", "--trusted-proxy", "127.0.0.1/32")
        XCTAssertTrue(
            outcome.errors.hasPrefix(
                "certauth: error: --forwarded ngnix: no such dialect\nhint: did you mean nginx?\n"
            ),
            outcome.errors
        )
    }
}
