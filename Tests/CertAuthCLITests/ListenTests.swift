// SPDX-License-Identifier: Apache-2.0
// `certauth serve --listen`, `--listen-mode` and `--listen-owner`, and the flags for limits.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class ListenTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws {
        world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
    }

    override func tearDown() { world = nil }

    private var flags: [String] {
        ["serve", "--revocation", "none", "--client-ca", world.path("root.pem")]
            + ["--cert", world.path("localhost.chain.pem"), "--key", world.path("localhost.key")]
    }

    private func error(_ more: [String]) throws -> String {
        let outcome = try Program.run(Program.certauth, flags + more)
        XCTAssertEqual(outcome.status, 2, "\(more)")
        XCTAssertEqual(outcome.output, "")
        // The findings of the configuration precede it.
        let line = outcome.errors.split(separator: "\n").first { $0.hasPrefix("certauth: error: ") } ?? ""
        return String(line.dropFirst("certauth: error: ".count))
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func test_every_address_is_announced_and_one_signal_ends_all() throws {
        let paths = [world.path("a"), world.path("b")]
        let server = try RunningProgram(
            flags + ["--listen", "127.0.0.1:0", "--listen", "unix:\(paths[0])", "--listen=unix:\(paths[1])"]
        )
        _ = try server.announcedPort()
        XCTAssertEqual(server.nextLine(), "listening on unix:\(paths[0])")
        XCTAssertEqual(server.nextLine(), "listening on unix:\(paths[1])")
        XCTAssertEqual(try server.end().status, 0)
        for path in paths { XCTAssertFalse(FileManager.default.fileExists(atPath: path)) }
    }

    func test_a_start_fails_as_a_whole_and_names_the_address() throws {
        let holder = try RunningProgram(flags + ["--listen", "127.0.0.1:0"])
        let port = try holder.announcedPort()
        let path = world.path("s")
        for mode in [[], ["--listen-mode", "600"]] {
            XCTAssertEqual(
                try error(["--listen", "unix:\(path)", "--listen", "127.0.0.1:\(port)"] + mode),
                "--listen 127.0.0.1:\(port): Address already in use"
            )
            XCTAssertFalse(FileManager.default.fileExists(atPath: path))
        }
        XCTAssertEqual(
            try error(["--listen", "127.0.0.1:\(port)", "--listen", "127.0.0.1:\(port)"]),
            "--listen 127.0.0.1:\(port) is given twice"
        )
        _ = try holder.end()
    }

    func test_the_mode_of_a_socket_is_set_and_a_left_socket_is_replaced() throws {
        let path = world.path("s")
        for (text, mode) in [("0660", 0o660), ("600", 0o600), ("0777", 0o777)] {
            let server = try RunningProgram(flags + ["--listen", "unix:\(path)", "--listen-mode", text])
            XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
            XCTAssertEqual(try permissions(path), mode, text)
            // Killed, so that its socket is left.
            _ = try server.end(by: SIGKILL)
            XCTAssertTrue(FileManager.default.fileExists(atPath: path))
        }
        let curl = try ExternalTool("curl").url
        let server = try RunningProgram(flags + ["--listen", "unix:\(path)", "--listen-mode", "0600"])
        XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
        let answer = try Program.run(
            curl,
            [
                "--silent", "--unix-socket", path, "--cacert", world.path("root.pem"), "--output", "/dev/null",
                "--write-out", "%{http_code}", "https://localhost/public",
            ]
        )
        XCTAssertEqual(answer.output, "200")
        XCTAssertEqual(try server.end().status, 0)
        XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    }

    func test_the_owner_of_a_socket_is_set_by_name_or_number() throws {
        let path = world.path("s")
        let (user, group) = (getuid(), getgid())
        for owner in ["\(user):\(group)", "\(user)", ":\(group)"] {
            let server = try RunningProgram(flags + ["--listen", "unix:\(path)", "--listen-owner", owner])
            XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
            _ = try server.end()
        }
        guard user == 0 else { return }
        let server = try RunningProgram(flags + ["--listen", "unix:\(path)", "--listen-owner", "nobody:4711"])
        XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        XCTAssertEqual(attributes[.ownerAccountName] as? String, "nobody")
        XCTAssertEqual(attributes[.groupOwnerAccountID] as? Int, 4711)
        _ = try server.end()
    }

    func test_mistakes_are_named() throws {
        let unix = "unix:\(world.path("s"))"
        for text in ["77", "8", "0888", "01777", "rw", "00660", "+600"] {
            XCTAssertEqual(
                try error(["--listen", unix, "--listen-mode=\(text)"]),
                "--listen-mode \(text): expected octal permissions, for instance 0660"
            )
        }
        XCTAssertEqual(
            try error(["--listen-mode", "0660"]),
            "--listen-mode has no meaning without a Unix socket"
        )
        XCTAssertEqual(
            try error(["--listen", "127.0.0.1:0", "--listen-owner", "root"]),
            "--listen-owner has no meaning without a Unix socket"
        )
        XCTAssertEqual(
            try error(["--listen", unix, "--listen-owner", "no-such-user-here"]),
            "--listen-owner: the user 'no-such-user-here' does not exist"
        )
        XCTAssertEqual(
            try error(["--listen", unix, "--listen-owner", ":4294967295"]),
            "--listen-owner: the group '4294967295' does not exist"
        )
        XCTAssertEqual(
            try error(["--listen", unix, "--listen-owner", ":"]),
            "--listen-owner :: expected user, user:group or :group"
        )
        let file = try world.directory.write("precious", as: "file")
        XCTAssertEqual(
            try error(["--listen", "unix:\(file)", "--listen-mode", "0660"]),
            "--listen unix:\(file): there is a file that is not a socket"
        )
        XCTAssertEqual(try String(contentsOfFile: file, encoding: .utf8), "precious")
        XCTAssertEqual(
            try error(["--listen", "unix:\(world.path("none/s"))", "--listen-mode", "0660"]),
            "--listen unix:\(world.path("none/s")): No such file or directory"
        )
    }

    func test_limits_reach_the_listener() throws {
        var settings = ServeSettings(certificate: world.path("localhost.chain.pem"), key: world.path("localhost.key"))
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        settings.limits.handshakeTimeout = 5
        settings.limits.lateTimeout = 6
        settings.limits.headerTimeout = 7
        settings.limits.bodyTimeout = 8
        settings.limits.responseTimeout = 9
        settings.limits.idleTimeout = 10
        settings.limits.shutdownTimeout = 11
        settings.limits.headerBytes = 12
        settings.limits.bodyBytes = 0
        let configuration = try settings.listener(logger: .silent).configuration
        guard case .tls(let tls) = configuration.security else { return XCTFail("no TLS") }
        XCTAssertEqual(tls.limits.handshakeTimeout, .seconds(5))
        XCTAssertEqual(tls.limits.unattendedTimeout, .seconds(5))
        XCTAssertEqual(tls.limits.lateCertificateTimeout, .seconds(6))
        XCTAssertEqual(configuration.limits.headerTimeout, .seconds(7))
        XCTAssertEqual(configuration.limits.bodyTimeout, .seconds(8))
        XCTAssertEqual(configuration.limits.responseTimeout, .seconds(9))
        XCTAssertEqual(configuration.limits.idleTimeout, .seconds(10))
        XCTAssertEqual(configuration.limits.shutdownTimeout, .seconds(11))
        XCTAssertEqual(configuration.limits.headerBytes, 12)
        XCTAssertEqual(configuration.limits.bodyBytes, 0)
    }

    func test_limits_are_bounded() throws {
        for flag in ["handshake", "late", "header", "body", "response", "idle", "shutdown"].map({ "--\($0)-timeout" }) {
            for value in ["0", "-1", "86401"] {
                XCTAssertEqual(
                    try error(["--check", "\(flag)=\(value)"]),
                    "\(flag) is \(value), expected 1 to 86400 seconds"
                )
            }
            XCTAssertEqual(try Program.run(Program.certauth, flags + ["--check", flag, "86400"]).status, 0)
        }
        XCTAssertEqual(try error(["--check", "--header-bytes", "0"]), "--header-bytes is 0, expected 1 to 1073741824")
        XCTAssertEqual(try error(["--check", "--body-bytes=-1"]), "--body-bytes is -1, expected 0 to 1073741824")
        XCTAssertEqual(try Program.run(Program.certauth, flags + ["--check", "--body-bytes", "0"]).status, 0)
    }

    func test_the_log_level_hides_lines_of_lower_levels() throws {
        for (level, isLogged) in [("info", true), ("notice", true), ("warning", false)] {
            let server = try RunningProgram(flags + ["--listen", "127.0.0.1:0", "--log-level", level])
            _ = try server.announcedPort()
            XCTAssertEqual(try server.end().errors.contains("notice: stopped"), isLogged, level)
        }
        XCTAssertTrue(try error(["--log-level", "loud"]).hasPrefix("--log-level loud: "))
    }
}
