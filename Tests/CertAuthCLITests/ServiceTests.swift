// SPDX-License-Identifier: Apache-2.0
// `certauth serve` under a service manager: passed sockets, notifications and the watchdog.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

@testable import CertAuthCLI

final class ServiceTests: XCTestCase {
    private var world: PKIInFolder!

    override func setUpWithError() throws { world = try PKIInFolder(clock: .system) }

    override func tearDown() { world = nil }

    /// A server without TLS, so that a client needs no certificate for /public.
    private func manager(_ more: [String] = []) -> ServiceManager {
        ServiceManager(
            arguments: [
                "serve", "--plain", "--revocation", "none", "--client-ca", world.path("root.pem"),
                "--forwarded", "nginx", "--trusted-proxy", "127.0.0.1/32",
            ] + more
        )
    }

    func test_a_passed_socket_takes_the_place_of_the_address() throws {
        var manager = manager()
        manager.sockets = ["tcp"]
        manager.steps = ["line", "get", "closed", "kill TERM", "end"]
        XCTAssertEqual(
            try manager.run(),
            ["listening on http://127.0.0.1:PORT", "200", "close-on-exec True", "exit 0"]
        )
    }

    func test_several_passed_sockets_and_given_addresses_are_served_together() throws {
        let path = world.path("passed")
        var manager = manager(["--listen", "127.0.0.1:0"])
        manager.sockets = ["unix:\(path)", "tcp"]
        manager.steps = ["line", "line", "line", "get", "kill TERM", "end"]
        XCTAssertEqual(
            try manager.run(),
            [
                "listening on unix:\(path)", "listening on http://127.0.0.1:PORT", "listening on http://127.0.0.1:PORT",
                "200", "exit 0",
            ]
        )
        XCTAssertTrue(FileManager.default.fileExists(atPath: path), "the file belongs to the service manager")
    }

    func test_sockets_of_another_process_are_ignored() throws {
        for process in ["1", "", "x", "PID0", "-PID"] {
            var manager = manager(["--listen", "unix:\(world.path("own"))"])
            manager.sockets = ["tcp"]
            manager.process = process
            manager.steps = ["line", "kill TERM", "end"]
            XCTAssertEqual(try manager.run(), ["listening on unix:\(world.path("own"))", "exit 0"], process)
        }
    }

    func test_a_number_of_sockets_that_cannot_be_is_an_error() throws {
        for count in ["0", "-1", "x", "", "65", "4294967297", "99999999999999999999", "1 ", "+1"] {
            var manager = manager()
            manager.sockets = ["tcp"]
            manager.count = count
            manager.steps = ["end"]
            XCTAssertEqual(
                try manager.run(),
                [
                    "exit 2",
                    "certauth: error: LISTEN_FDS is '\(count)', expected the number of sockets, 1 to 64",
                    "hint: the service manager sets it: see the unit of type socket",
                ],
                count
            )
        }
    }

    func test_a_descriptor_that_is_not_a_listening_stream_socket_is_an_error() throws {
        let cases = [
            ("file", "is not a socket", "give ListenStream= in the unit of type socket"),
            ("udp", "is not a stream socket", "give ListenStream= in place of ListenDatagram="),
            ("bound", "does not listen for connections", "give Accept=no in the unit of type socket"),
            ("connected", "does not listen for connections", "give Accept=no in the unit of type socket"),
        ]
        for (kind, found, hint) in cases {
            var manager = manager()
            manager.sockets = ["tcp", kind]
            manager.steps = ["end"]
            XCTAssertEqual(
                try manager.run(),
                [
                    "exit 2", "certauth: error: the socket that was passed as file descriptor 4 \(found)",
                    "hint: \(hint)",
                ],
                kind
            )
        }
    }

    func test_the_state_is_told_in_exact_messages() throws {
        for notify in [world.path("notify"), "@certauth-test-\(UUID().uuidString)"] {
            let root = try String(contentsOfFile: world.path("root.pem"), encoding: .utf8)
            defer { _ = try? world.directory.write(root, as: "root.pem") }
            var manager = manager(["--listen", "127.0.0.1:0"])
            manager.notify = notify
            manager.steps = [
                "line", "notify", "kill HUP", "notify", "notify", "write \(world.path("root.pem")) broken", "kill HUP",
                "notify", "notify", "get", "kill TERM", "notify", "end",
            ]
            let lines = try manager.run()
            XCTAssertEqual(lines.count, 9, "\(lines)")
            guard lines.count == 9 else { return }
            XCTAssertEqual(
                lines[..<5],
                [
                    "listening on http://127.0.0.1:PORT", "READY=1", "RELOADING=1|MONOTONIC_USEC=TIME",
                    "READY=1|STATUS=reloaded: new connections use the current files",
                    "RELOADING=1|MONOTONIC_USEC=TIME",
                ]
            )
            XCTAssertTrue(
                lines[5].hasPrefix("READY=1|STATUS=not reloaded, the previous configuration stays in use: "),
                lines[5]
            )
            XCTAssertEqual(lines[6...], ["200", "STOPPING=1", "exit 0"])
        }
    }

    func test_the_watchdog_is_told_regularly_if_the_time_is_for_this_process() throws {
        for process in [nil, "PID"] {
            var manager = manager(["--listen", "127.0.0.1:0"])
            manager.notify = world.path("notify-\(process ?? "any")")
            manager.watchdog = "100000"
            manager.watchdogProcess = process
            manager.steps = ["notify", "notify", "notify", "kill TERM"]
            XCTAssertEqual(try manager.run(), ["READY=1", "WATCHDOG=1", "WATCHDOG=1"])
        }
        var other = manager(["--listen", "127.0.0.1:0"])
        other.notify = world.path("notify")
        other.watchdog = "100000"
        other.watchdogProcess = "1"
        other.steps = ["notify", "kill TERM", "notify"]
        XCTAssertEqual(try other.run(), ["READY=1", "STOPPING=1"])
    }

    func test_a_socket_for_notifications_that_cannot_be_used_is_an_error() throws {
        let missing = world.path("missing")
        let long = "/" + String(repeating: "a", count: 120)
        for (path, reason) in [
            (missing, "NOTIFY_SOCKET \(missing): No such file or directory"),
            (long, "NOTIFY_SOCKET \(long): File name too long"),
            ("vsock:2:1", "NOTIFY_SOCKET is 'vsock:2:1', expected a path or @ and an abstract name"),
        ] {
            var manager = manager()
            manager.environment = ["NOTIFY_SOCKET": path]
            manager.steps = ["end"]
            XCTAssertEqual(try manager.run().prefix(2), ["exit 2", "certauth: error: \(reason)"])
        }
        var manager = manager()
        manager.notify = world.path("notify")
        manager.watchdog = "soon"
        manager.steps = ["end"]
        XCTAssertEqual(
            try manager.run().prefix(2),
            ["exit 2", "certauth: error: WATCHDOG_USEC is 'soon', expected microseconds"]
        )
    }

    func test_the_variables_are_removed_from_the_environment() throws {
        let names = [
            "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID", "NOTIFY_SOCKET", "WATCHDOG_USEC",
            "WATCHDOG_PID",
        ]
        for name in names { unsafe setenv(name, name == "NOTIFY_SOCKET" ? "" : "1", 1) }
        let connection = try ServiceConnection.take()
        XCTAssertEqual(connection.sockets.count, 0)
        XCTAssertNil(connection.notifier.watchdogMicroseconds)
        for name in names { XCTAssertNil(ProcessInfo.processInfo.environment[name], name) }
    }
}
