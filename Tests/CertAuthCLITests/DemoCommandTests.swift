// SPDX-License-Identifier: Apache-2.0
// `certauth demo`: eight rows, the commands to try, and no files left behind.

import CertAuthCLI
import CertAuthHTTP
import CertAuthTestSupport
import Foundation
import XCTest

final class DemoCommandTests: XCTestCase {
    func test_with_once_each_row_has_the_expected_outcome() throws {
        let outcome = try Program.run("demo", "--once")
        XCTAssertEqual(outcome.status, 0, outcome.output + outcome.errors)
        XCTAssertEqual(outcome.errors, "")
        let rows = outcome.lines.filter { $0.hasPrefix("✓  ") || $0.hasPrefix("✗  ") }
        let cells = rows.map { row in
            row.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }.prefix(4)
        }
        XCTAssertEqual(
            cells.map { Array($0) },
            [
                ["✓", "valid", "200", "-"],
                ["✓", "via an intermediate", "200", "-"],
                ["✓", "no certificate", "403", "no-certificate"],
                ["✓", "expired", "403", "expired"],
                ["✓", "not yet valid", "403", "not-yet-valid"],
                ["✓", "wrong usage", "403", "wrong-usage"],
                ["✓", "untrusted CA", "403", "untrusted"],
                ["✓", "self-signed", "403", "certificate-type-not-allowed"],
            ]
        )
        XCTAssertEqual(outcome.lines.last, "all 8 rows are as expected")
        let folder = try XCTUnwrap(outcome.lines.first { $0.hasPrefix("files in ") }?.dropFirst(9))
        XCTAssertFalse(FileManager.default.fileExists(atPath: String(folder)))
    }

    func test_the_commands_to_try_work_until_the_demonstration_ends() throws {
        _ = try ExternalTool("curl").url
        let shell = try ExternalTool("sh").url
        let demo = try RunningProgram(["demo"])
        var lines: [String] = []
        while let line = demo.nextLine() {
            lines.append(line)
            if line.hasPrefix("Ctrl-C") { break }
        }
        let curls = lines.filter { $0.hasPrefix("  curl ") }
        XCTAssertEqual(curls.count, 8)
        let statuses = try curls.map { line in
            try Program.run(shell, ["-c", "\(line) --silent --output /dev/null --write-out '%{http_code}'"]).output
        }
        XCTAssertEqual(statuses, ["200", "200", "403", "403", "403", "403", "403", "403"])
        XCTAssertEqual(try demo.end(by: SIGINT).status, 0)
        let folder = try XCTUnwrap(lines.first { $0.hasPrefix("files in ") }?.dropFirst(9))
        XCTAssertFalse(FileManager.default.fileExists(atPath: String(folder)))
    }

    func test_a_row_with_an_unexpected_outcome_is_marked_and_counted() throws {
        let world = try DemoWorld()
        let rows = world.clients.map { client in
            DemoRow(
                client: client,
                status: client.kind == "expired" ? 200 : client.expectedStatus,
                code: client.kind == "expired" ? nil : client.expectedCode,
                reason: ""
            )
        }
        XCTAssertEqual(rows.map(\.isRight), [true, true, true, false, true, true, true, true])
        let report = DemoReport(world: world, address: .hostPort(host: "127.0.0.1", port: 1))
        XCTAssertEqual(
            report.summary(rows, .plain),
            "1 of 8 rows are wrong, first: expired, expected 403 expired"
        )
        XCTAssertEqual(report.table(rows, .plain)[4], "✗  expired              200   -                             ")
    }

    func test_a_signal_before_the_table_is_complete_leaves_no_files() throws {
        for signal in [SIGINT, SIGTERM] {
            let demo = try RunningProgram(["demo", "--once"])
            _ = try demo.announcedPort()
            demo.signal(signal)
            let folder = try XCTUnwrap(demo.nextLine()?.dropFirst("files in ".count))
            // The table may have been complete before the signal arrived.
            XCTAssertTrue([0, 3].contains(try demo.end(by: signal).status))
            XCTAssertFalse(FileManager.default.fileExists(atPath: String(folder)))
        }
    }

    func test_an_address_in_use_is_a_usage_error() throws {
        let demo = try RunningProgram(["demo"])
        let port = try demo.announcedPort()
        let second = try Program.run("demo", "--once", "--listen", "127.0.0.1:\(port)")
        XCTAssertEqual(second.status, 2)
        XCTAssertEqual(
            second.errors,
            "certauth: error: --listen 127.0.0.1:\(port): Address already in use\n"
                + "hint: choose another address, or port 0 for any free port\n"
        )
        _ = try demo.end()
    }
}
