// SPDX-License-Identifier: Apache-2.0
// The scripts that build and install: which warnings count, and where the command is put.

import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class BuildScriptTests: XCTestCase {
    func test_warnings_count_wherever_the_checkout_is_and_those_of_fetched_packages_do_not() throws {
        let directory = try TemporaryDirectory()
        let checkout = URL(fileURLWithPath: directory.path(of: "checkouts/certauth")).resolvingSymlinksInPath()
        let scripts = checkout.appending(path: ".ci")
        try FileManager.default.createDirectory(at: scripts, withIntermediateDirectories: true)
        let script = scripts.appending(path: "warnings")
        try FileManager.default.copyItem(at: ProjectFiles.root.appending(path: ".ci/warnings"), to: script)
        let here = try Program.run(URL(fileURLWithPath: "/bin/pwd"), ["-P"], in: checkout).lines[0]
        let own = [
            "\(here)/Sources/A.swift:1:1: warning: ours", "\(here)/Tests/checkouts/B.swift:1:1: warning: ours",
            "warning: 'certauth': found 1 file(s) which are unhandled", "warning: something without a place",
        ]
        let foreign = [
            "\(here)/.build/checkouts/x/Sources/A.swift:1:1: warning: theirs",
            "\(here)/.build-traits/checkouts/x/Sources/A.swift:1:1: warning: theirs",
            "warning: 'swift-distributed-tracing': found 1 file(s) which are unhandled",
            "\(here)/Sources/A.swift: fine",
        ]
        let log = try directory.write((own + foreign).map { "\($0)\n" }.joined(), as: "log")
        let outcome = try Program.run(script, [log])
        XCTAssertEqual(outcome.lines, own, outcome.errors)
    }

    func test_install_replaces_the_tilde_of_the_user_and_refuses_that_of_another() throws {
        let make = try ExternalTool("make").url
        for (prefix, folder) in [("~", "/h/bin"), ("~/x", "/h/x/bin"), ("/opt", "/opt/bin"), ("", "/usr/local/bin")] {
            for target in ["install", "uninstall"] {
                let arguments = ["-n", "-C", ProjectFiles.root.path, target, "PREFIX=\(prefix)", "HOME=/h"]
                let outcome = try Program.run(make, arguments)
                XCTAssertEqual(outcome.status, 0, outcome.errors)
                XCTAssertTrue(outcome.output.contains("'\(folder)/certauth'"), "\(target) \(prefix): \(outcome.output)")
            }
        }
        for target in ["install", "uninstall"] {
            let outcome = try Program.run(make, ["-n", "-C", ProjectFiles.root.path, target, "PREFIX=~other/x"])
            XCTAssertEqual(outcome.status, 2)
            XCTAssertTrue(
                outcome.errors.contains("PREFIX is ~other/x, expected an absolute path, ~ or ~/FOLDER"),
                outcome.errors
            )
        }
    }
}
