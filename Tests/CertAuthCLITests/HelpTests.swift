// SPDX-License-Identifier: Apache-2.0
// Help texts and the version.

import XCTest

final class HelpTests: XCTestCase {
    func test_the_version_names_the_OpenSSL_in_use() throws {
        let outcome = try Program.run("--version")
        XCTAssertEqual(outcome.status, 0)
        XCTAssertNotNil(outcome.output.wholeMatch(of: /certauth \d+\.\d+\.\d+ \(OpenSSL 3\.\d+\.\d+\)\n/))
    }

    func test_every_command_has_help_with_examples() throws {
        let commands = [
            ["demo"], ["serve"], ["verify"], ["inspect"], ["pki"], ["pki", "init"], ["pki", "issue"],
            ["pki", "intermediate"], ["pki", "revoke"], ["pki", "crl"], ["pki", "pfx"], ["pki", "responder"],
            ["header"],
        ]
        for command in commands {
            let outcome = try Program.run(Program.certauth, command + ["--help"])
            XCTAssertEqual(outcome.status, 0)
            XCTAssertEqual(outcome.errors, "")
            XCTAssertTrue(outcome.output.contains("Examples:"), command.joined(separator: " "))
            let line = "  certauth \(command.joined(separator: " "))"
            XCTAssertTrue(outcome.output.contains(line), command.joined(separator: " "))
        }
    }

    func test_help_fits_in_80_columns_and_examples_are_not_broken() throws {
        let commands = [
            [], ["demo"], ["serve"], ["verify"], ["inspect"], ["header"], ["pki"], ["pki", "init"], ["pki", "issue"],
            ["pki", "intermediate"], ["pki", "revoke"], ["pki", "crl"], ["pki", "pfx"], ["pki", "responder"],
        ]
        for command in commands {
            let outcome = try Program.run(Program.certauth, ["help"] + command)
            XCTAssertEqual(outcome.status, 0)
            let lines = outcome.lines.filter { !$0.hasPrefix("USAGE:") }
            XCTAssertEqual(lines.filter { $0.count > 80 }, [], command.joined(separator: " "))
            let examples = lines.drop { $0 != "Examples:" }.dropFirst().prefix { !$0.isEmpty }
            XCTAssertEqual(examples.filter { !$0.hasPrefix("  ") }, [], command.joined(separator: " "))
        }
    }

    func test_help_shows_defaults() throws {
        let serve = try Program.run("help", "serve").output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for text in [
            "(default: 127.0.0.1:8443)", "(default: all)", "(default: require)", "(default: 120 with --cache)",
            "(values: none, offline, online; default: online)", "(default: 1000)",
        ] { XCTAssertTrue(serve.contains(text), text) }
        let issue = try Program.run("help", "pki", "issue").output
        XCTAssertTrue(issue.contains("OVERVIEW: Issues a certificate for a TLS client"))
        XCTAssertTrue(issue.contains("(default: 365)"))
    }

    func test_without_a_command_the_help_is_shown() throws {
        let outcome = try Program.run()
        XCTAssertEqual(outcome.status, 0)
        XCTAssertTrue(outcome.output.contains("SUBCOMMANDS:"))
    }

    func test_an_unknown_command_is_a_usage_error() throws {
        let outcome = try Program.run("frobnicate")
        XCTAssertEqual(outcome.status, 2)
        XCTAssertEqual(outcome.output, "")
        XCTAssertTrue(outcome.errors.hasPrefix("certauth: error: "), outcome.errors)
    }

    func test_output_that_is_not_a_terminal_has_no_colours() throws {
        let outcome = try Program.run("demo", "--once")
        XCTAssertEqual(outcome.status, 0)
        XCTAssertFalse(outcome.output.contains("\u{1B}"))
        // Its mark is green on a terminal.
        XCTAssertTrue(outcome.output.contains("\n✓  expired "), outcome.output)
    }
}
