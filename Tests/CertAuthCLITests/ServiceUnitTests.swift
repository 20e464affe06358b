// SPDX-License-Identifier: Apache-2.0
// The units in Deploying.md are valid, and systemd's own program passes sockets to the server.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ServiceUnitTests: XCTestCase {
    /// The indented lines after the line with the unit's name.
    private func unit(_ name: String, in page: String) throws -> String {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try XCTUnwrap(lines.firstIndex { $0 == "`\(name)`:" })
        let block = lines[(start + 1)...].drop { $0.isEmpty }.prefix { $0.isEmpty || $0.hasPrefix("    ") }
        return block.map { String($0.dropFirst(4)) }.joined(separator: "\n") + "\n"
    }

    func test_systemd_finds_no_fault_in_the_units_of_the_page() throws {
        let systemd = try ExternalTool("systemd-analyze").url
        let page = try ProjectFiles.page("Deploying.md")
        let folder = try TemporaryDirectory()
        let socket = try folder.write(try unit("certauth.socket", in: page), as: "certauth.socket")
        let text = try unit("certauth.service", in: page)
        XCTAssertTrue(text.contains("\nExecStart=/usr/local/bin/certauth serve --config "))
        // The program must exist.
        let service = try folder.write(
            text.replacing("/usr/local/bin/certauth", with: Program.certauth.path),
            as: "certauth.service"
        )
        let good = try Program.run(systemd, ["verify", socket, service])
        XCTAssertEqual(good, Program.Outcome(status: 0, output: "", errors: ""))
        try folder.write(text.replacing("ProtectClock=yes", with: "ProtectClocks=yes"), as: "certauth.service")
        let bad = try Program.run(systemd, ["verify", socket, service])
        XCTAssertTrue(bad.errors.contains("ProtectClocks"), "the check finds faults: \(bad.errors)")
    }

    func test_systemd_passes_a_socket() throws {
        let systemd = try ExternalTool("systemd-socket-activate").url
        let curl = try ExternalTool("curl").url
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        let path = world.path("s")
        let server = try RunningProgram(
            [
                "--listen=\(path)", Program.certauth.path, "serve", "--revocation", "none", "--client-ca",
                world.path("root.pem"), "--cert", world.path("localhost.chain.pem"), "--key",
                world.path("localhost.key"),
            ],
            program: systemd
        )
        // The server starts with the first connection.
        try server.waitForError(containing: "Listening on \(path)")
        let request = [
            "--silent", "--unix-socket", path, "--cacert", world.path("root.pem"), "--output", "/dev/null",
            "--write-out", "%{http_code}", "https://localhost/public",
        ]
        XCTAssertEqual(try Program.run(curl, request).output, "200")
        XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
        XCTAssertEqual(try server.end().status, 0)
    }
}
