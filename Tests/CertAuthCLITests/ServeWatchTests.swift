// SPDX-License-Identifier: Apache-2.0
// `certauth serve --watch`: changed files are loaded automatically; invalid files are never used.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServeWatchTests: XCTestCase {
    /// Repeats the request until the status is as expected; files are checked every two seconds.
    private func wait(
        for status: String,
        _ curl: URL,
        _ arguments: [String],
        file: StaticString = #filePath,
        line: UInt = #line
    ) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        var found = ""
        while ContinuousClock.now < deadline {
            found = try Program.run(curl, arguments).output
            if found == status { return }
        }
        XCTFail("\(found) in place of \(status)", file: file, line: line)
    }

    func test_changed_files_come_into_force_by_themselves() throws {
        let curl = try ExternalTool("curl").url
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        try world.issue("alice")
        let serverRoot = try world.directory.write(
            try String(contentsOfFile: world.path("root.pem"), encoding: .utf8),
            as: "server-root.pem"
        )
        let other = try TestAuthority("Other Root").identity.anchorPEM()
        let server = try RunningProgram([
            "serve", "--listen", "127.0.0.1:0", "--watch", "--revocation", "none", "--client-ca",
            world.path("root.pem"),
            "--cert", world.path("localhost.chain.pem"), "--key", world.path("localhost.key"),
        ])
        let port = try server.announcedPort()
        let request = [
            "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", serverRoot, "--resolve",
            "localhost:\(port):127.0.0.1", "--cert", world.path("alice.chain.pem"), "--key", world.path("alice.key"),
            "https://localhost:\(port)/whoami",
        ]
        try wait(for: "200", curl, request)
        let root = try String(contentsOfFile: world.path("root.pem"), encoding: .utf8)
        try world.directory.write(other, as: "root.pem")
        try wait(for: "403", curl, request)
        try world.directory.write(root, as: "root.pem")
        try wait(for: "200", curl, request)
        try world.directory.write("broken", as: "root.pem")
        // The error is reported before the next valid change is loaded.
        try server.waitForError(containing: "not reloaded")
        try wait(for: "200", curl, request)
        try world.directory.write(other, as: "root.pem")
        try wait(for: "403", curl, request)
        let end = try server.end()
        XCTAssertEqual(end.status, 0)
        let refusals = end.errors.components(separatedBy: "not reloaded").count - 1
        XCTAssertEqual(refusals, 1, end.errors)
    }
}
