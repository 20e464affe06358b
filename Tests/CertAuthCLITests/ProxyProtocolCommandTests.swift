// SPDX-License-Identifier: Apache-2.0
// `certauth serve --proxy-protocol`.

import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import XCTest

@testable import CertAuthCLI

final class ProxyProtocolCommandTests: XCTestCase {
    private struct Files {
        let folder: TemporaryDirectory
        let serverAuthority: TestAuthority
        let authority: TestAuthority
        let arguments: [String]

        init() throws {
            folder = try TemporaryDirectory()
            authority = try TestAuthority("Root")
            serverAuthority = try TestAuthority("Server Root")
            let server = try serverAuthority.issue("localhost", .server(dnsNames: ["localhost"]))
                .write(to: folder, as: "server")
            arguments = [
                "serve", "--listen", "127.0.0.1:0", "--cert", server.chain, "--key", server.key, "--client-ca",
                try folder.write(authority.identity.certificatePEM(), as: "root.pem"), "--revocation", "none",
            ]
        }
    }

    func test_serve_takes_the_clients_address_from_its_load_balancer_and_logs_both() async throws {
        let files = try Files()
        let server = try RunningProgram(files.arguments + ["--proxy-protocol", "10.0.0.5,127.0.0.1"])
        let line = try XCTUnwrap(server.nextLine())
        let port = try XCTUnwrap(line.split(separator: ":").last.flatMap { Int($0) })
        var client = TLSTestClient(
            address: .hostPort(host: "127.0.0.1", port: port),
            serverAnchorDER: files.serverAuthority.anchorDER,
            identity: try files.authority.issue("alice")
        )
        let direct = try await client.outcome("/whoami")
        XCTAssertEqual(direct, .closed(cleanly: false))
        client.preamble = ProxyProtocolBytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443")
        let accepted = try await client.get("/whoami")
        XCTAssertEqual(accepted.status, 200)
        client.identity = try TestAuthority("Stranger").issue("mallory")
        let refused = try await client.get("/whoami")
        XCTAssertEqual(refused.status, 403)
        let end = try server.end()
        XCTAssertEqual(end.status, 0)
        XCTAssertTrue(end.errors.contains("proxy-header-malformed"), end.errors)
        let logged = end.errors.split(separator: "\n").first { $0.contains("192.0.2.1:5000") }
        XCTAssertTrue(logged?.contains("via") ?? false, end.errors)
        XCTAssertTrue(logged?.contains("127.0.0.1:") ?? false, end.errors)
    }

    func test_serve_reports_errors_about_its_load_balancers_before_it_listens() throws {
        let files = try Files()
        let base = files.arguments + ["--check"]
        let forwarded = base + ["--forwarded", "nginx"]
        let proxy = try files.folder.write(
            TestAuthority("Proxies").issue("edge").certificatePEM(),
            as: "proxy.pem"
        )
        let cases: [(arguments: [String], error: String?)] = [
            (base + ["--proxy-protocol", "10.0.0.5"], nil), (base + ["--proxy-protocol", "10.0.0.0/8,fd00::/8"], nil),
            (base + ["--proxy-protocol", "10.0.0.5", "--proxy-protocol", "unix:33"], nil),
            (
                base + ["--proxy-protocol", "0.0.0.0/0"],
                "--proxy-protocol: 0.0.0.0/0 contains every address, so that each client could state any address as its own"
            ),
            (
                base + ["--proxy-protocol", "10.1.1.1/8"],
                "--proxy-protocol: 10.1.1.1/8 has bits set after its prefix: write 10.0.0.0/8, or a longer prefix"
            ),
            (
                base + ["--proxy-protocol", "10.0.0.5,"],
                "--proxy-protocol:  is not a range of addresses, expected for instance 10.0.0.0/8 or ::1/128"
            ),
            (
                base + ["--proxy-protocol", "balancer.example"],
                "--proxy-protocol: balancer.example is not a range of addresses, expected for instance 10.0.0.0/8 or ::1/128"
            ),
            (
                base + ["--proxy-protocol", "unix:root"],
                "--proxy-protocol: unix:root is not a range of addresses, expected for instance 10.0.0.0/8 or ::1/128"
            ),
            (
                forwarded + ["--proxy-protocol", "10.0.0.5", "--trusted-proxy", "10.0.0.5"],
                "--trusted-proxy has no meaning with --proxy-protocol: all clients of a load balancer have its address"
            ),
            (
                forwarded + [
                    "--proxy-protocol", "10.0.0.5", "--trusted-proxy", "10.0.0.5", "--trusted-proxy-cert", proxy,
                ],
                "--trusted-proxy has no meaning with --proxy-protocol: all clients of a load balancer have its address"
            ),
            (forwarded + ["--proxy-protocol", "10.0.0.5", "--trusted-proxy-cert", proxy], nil),
            (
                [
                    "serve", "--plain", "--check", "--forwarded", "nginx", "--trusted-proxy", "10.0.0.5",
                    "--proxy-protocol", "10.0.0.5",
                ],
                "--proxy-protocol has no meaning with --plain"
            ),
        ]
        for (arguments, error) in cases {
            let outcome = try Program.run(Program.certauth, arguments)
            XCTAssertEqual(outcome.status, error == nil ? 0 : 2, error ?? "\(arguments) \(outcome.errors)")
            guard let error else { continue }
            let lines = outcome.errors.split(separator: "\n").map(String.init)
            XCTAssertTrue(lines.contains("certauth: error: \(error)"), "\(error)\n\(outcome.errors)")
        }
    }

    func test_a_check_reports_networks_that_are_too_wide() throws {
        let files = try Files()
        let outcome = try Program.run(
            Program.certauth,
            files.arguments + ["--check", "--proxy-protocol", "0.0.0.0/1,128.0.0.0/1"]
        )
        XCTAssertEqual(outcome.status, 0)
        let found = outcome.errors.split(separator: "\n").filter { $0.contains("proxy-protocol-wide-network") }
        XCTAssertEqual(found.count, 2, outcome.errors)
        XCTAssertTrue(found.allSatisfy { $0.hasPrefix("certauth: warning: ") }, outcome.errors)
    }
}
