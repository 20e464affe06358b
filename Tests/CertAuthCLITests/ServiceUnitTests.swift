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
        let python = try ExternalTool("python3").url
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        let path = world.path("s")
        let server = [
            Program.certauth.path, "serve", "--revocation", "none", "--client-ca", world.path("root.pem"), "--cert",
            world.path("localhost.chain.pem"), "--key", world.path("localhost.key"),
        ]
        let outcome = try Program.run(python, ["-c", Self.client, systemd.path, path, world.path("root.pem")] + server)
        XCTAssertEqual(outcome.lines, ["HTTP/1.1 200", "listening on unix:\(path)", "0"], outcome.errors)
    }

    /// Starts the server behind systemd's program, which runs it at the first connection; then ends it.
    private static let client = #"""
        import socket, ssl, subprocess, sys, time
        activate, path, root, *command = sys.argv[1:]
        server = subprocess.Popen([activate, "--listen=" + path] + command, stdout=subprocess.PIPE)
        try:
            end = time.time() + 60
            while True:
                connection = socket.socket(socket.AF_UNIX)
                connection.settimeout(60)
                try:
                    connection.connect(path)
                    break
                except OSError:
                    if time.time() > end: raise
                    time.sleep(0.05)
            client = ssl.create_default_context(cafile=root).wrap_socket(connection, server_hostname="localhost")
            client.sendall(b"GET /public HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            print(client.recv(12).decode())
            client.close()
            print(server.stdout.readline().decode().strip())
            server.terminate()
            print(server.wait(60))
        finally:
            server.kill()
        """#
}
