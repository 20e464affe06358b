// SPDX-License-Identifier: Apache-2.0
// `certauth pki responder` with `certauth serve --revocation online`; the clients are curl and openssl.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class OnlineRevocationTests: XCTestCase {
    /// A PKI whose certificates name a running responder.
    private struct World {
        let folder: TemporaryDirectory
        let responder: RunningProgram
        let responderPort: Int

        init(seconds: Int) throws {
            folder = try TemporaryDirectory()
            // The port is known only when the responder listens, so the PKI is created again with it.
            try Self.run("pki", "init", "--dir", folder.path)
            responder = try RunningProgram([
                "pki", "responder", "--dir", folder.path, "--listen", "127.0.0.1:0", "--seconds", "\(seconds)",
            ])
            responderPort = try responder.announcedPort(scheme: "http")
            let url = "http://127.0.0.1:\(responderPort)"
            try Self.run("pki", "init", "--dir", folder.path, "--force", "--responder-url", url)
            try Self.run("pki", "issue", "localhost", "--server", "--dir", folder.path)
            for name in ["alice", "bob", "carol"] { try Self.run("pki", "issue", name, "--dir", folder.path) }
        }

        static func run(_ arguments: String...) throws {
            let outcome = try Program.run(Program.certauth, arguments)
            XCTAssertEqual(outcome.status, 0, outcome.errors)
        }

        func server(_ more: [String]) throws -> RunningProgram {
            try RunningProgram(
                [
                    "serve", "--listen", "127.0.0.1:0", "--cert", folder.path(of: "localhost.chain.pem"), "--key",
                    folder.path(of: "localhost.key"), "--client-ca", folder.path(of: "root.pem"),
                    "--revocation", "online",
                ] + more
            )
        }

        /// The status, with the code if the request was refused.
        func get(as name: String, port: Int) throws -> String {
            let curl = try ExternalTool("curl").url
            let outcome = try Program.run(
                curl,
                [
                    "--silent", "--cacert", folder.path(of: "root.pem"), "--write-out", "\n%{http_code}", "--cert",
                    folder.path(of: "\(name).chain.pem"), "--key", folder.path(of: "\(name).key"),
                    "https://localhost:\(port)/whoami",
                ]
            )
            let status = outcome.output.split(separator: "\n").last ?? ""
            let codes = ["revocation-unknown", "revoked"].filter { outcome.output.contains("\"\($0)\"") }
            return ([String(status)] + (status == "200" ? [] : codes)).joined(separator: " ")
        }
    }

    func test_a_revocation_and_an_outage_affect_the_server() throws {
        let world = try World(seconds: 1)
        let server = try world.server(["--revocation-order", "ocsp-first", "--allow-fetch-host", "127.0.0.1"])
        let port = try server.announcedPort()
        XCTAssertEqual(try world.get(as: "alice", port: port), "200")
        XCTAssertEqual(try world.get(as: "bob", port: port), "200")
        try World.run("pki", "revoke", "alice", "--dir", world.folder.path)
        let limit = ContinuousClock.now + .seconds(20)
        var answer = "200"
        while answer == "200", ContinuousClock.now < limit { answer = try world.get(as: "alice", port: port) }
        XCTAssertEqual(answer, "403 revoked")
        XCTAssertEqual(try world.get(as: "bob", port: port), "200")
        XCTAssertEqual(try world.responder.end().status, 0)
        let start = ContinuousClock.now
        XCTAssertEqual(try world.get(as: "carol", port: port), "403 revocation-unknown")
        XCTAssertLessThan(ContinuousClock.now - start, .seconds(4))
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_an_outage_is_tolerated_where_unknown_is_allowed() throws {
        let world = try World(seconds: 60)
        XCTAssertEqual(try world.responder.end().status, 0)
        let server = try world.server(["--unknown-revocation", "allow", "--allow-fetch-host", "127.0.0.1"])
        XCTAssertEqual(try world.get(as: "alice", port: try server.announcedPort()), "200")
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_a_private_address_is_not_reached_unless_its_host_is_named() throws {
        let world = try World(seconds: 60)
        let closed = try world.server([])
        XCTAssertEqual(try world.get(as: "alice", port: try closed.announcedPort()), "403 revocation-unknown")
        let errors = try closed.end().errors
        XCTAssertTrue(errors.contains("--allow-fetch-host 127.0.0.1"), errors)
        let open = try world.server(["--allow-fetch-host", "127.0.0.1:\(world.responderPort)"])
        XCTAssertEqual(try world.get(as: "alice", port: try open.announcedPort()), "200")
        XCTAssertEqual(try open.end().status, 0)
        XCTAssertEqual(try world.responder.end().status, 0)
    }

    func test_OpenSSL_queries_the_responder() throws {
        let openssl = try ExternalTool("openssl").url
        let world = try World(seconds: 60)
        try World.run("pki", "revoke", "bob", "--reason", "key-compromise", "--dir", world.folder.path)
        func ask(_ name: String, issuer: String) throws -> String {
            let outcome = try Program.run(
                openssl,
                [
                    "ocsp", "-issuer", world.folder.path(of: "\(issuer).pem"), "-cert",
                    world.folder.path(of: "\(name).pem"), "-url", "http://127.0.0.1:\(world.responderPort)/ocsp",
                    "-CAfile", world.folder.path(of: "root.pem"), "-verify_other",
                    world.folder.path(of: "\(issuer).pem"),
                ]
            )
            XCTAssertTrue(outcome.errors.contains("Response verify OK"), outcome.errors)
            let line = outcome.output.split(separator: "\n").first { $0.contains("\(name).pem: ") } ?? ""
            return line.split(separator: " ").last.map(String.init) ?? ""
        }
        XCTAssertEqual(try ask("alice", issuer: "intermediate"), "good")
        XCTAssertEqual(try ask("bob", issuer: "intermediate"), "revoked")
        XCTAssertEqual(try ask("intermediate", issuer: "root"), "good")
        // Issued without the index: the responder does not know this serial number.
        let authority = try DevelopmentPKI(opening: world.folder.path).authority(named: "intermediate")
        let unknown = try authority.issue("unknown")
        _ = try world.folder.write(try unknown.certificatePEM(), as: "unknown.pem")
        XCTAssertEqual(try ask("unknown", issuer: "intermediate"), "unknown")
        XCTAssertEqual(try world.responder.end().status, 0)
    }
}
