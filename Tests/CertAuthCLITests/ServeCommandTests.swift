// SPDX-License-Identifier: Apache-2.0
// `certauth serve` with curl and openssl as clients, and in process with a test clock.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Logging
import XCTest

final class ServeCommandTests: XCTestCase {
    /// A PKI that is valid now, with a server and one client of each kind.
    private func world() throws -> PKIInFolder {
        let world = try PKIInFolder(clock: .system)
        let now = Timestamp.now
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        try world.issue("alice") {
            $0.emails = ["alice@example.com", "alice@example.org"]
            $0.userPrincipalNames = ["alice@corp"]
            $0.key = .rsa
        }
        try world.issue("old") {
            $0.notBefore = now.adding(seconds: -30 * 86_400)
            $0.days = 29
        }
        try world.issue("early") { $0.notBefore = now.adding(seconds: 86_400) }
        try world.issue("server") { $0.purposes = [.serverAuth] }
        try world.issue("revoked")
        try world.pki.revoke("revoked", reason: .keyCompromise)
        let stranger = try TestAuthority("Stranger").issue("stranger")
        try world.directory.write(try stranger.chainPEM(), as: "stranger.chain.pem")
        try world.directory.write(try stranger.privateKeyPEM(), as: "stranger.key")
        let own = try TestIdentity.selfSigned("own")
        try world.directory.write(try own.chainPEM(), as: "own.chain.pem")
        try world.directory.write(try own.privateKeyPEM(), as: "own.key")
        return world
    }

    private func arguments(_ world: PKIInFolder) -> [String] {
        [
            "serve", "--listen", "127.0.0.1:0", "--cert", world.path("localhost.chain.pem"), "--key",
            world.path("localhost.key"), "--client-ca", world.path("root.pem"), "--crl", world.path("crls.pem"),
        ]
    }

    private struct Client {
        let curl: URL
        let world: PKIInFolder
        let port: Int

        /// Body, status and content type as curl reports them.
        func get(_ path: String, as name: String?, _ more: [String] = []) throws -> (body: String, status: String) {
            var arguments = ["--silent", "--cacert", world.path("root.pem"), "--write-out", "\n%{http_code}"]
            if let name {
                arguments += ["--cert", world.path("\(name).chain.pem"), "--key", world.path("\(name).key")]
            }
            let outcome = try Program.run(curl, arguments + more + ["https://localhost:\(port)\(path)"])
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            return (lines.dropLast().joined(separator: "\n"), String(lines.last ?? ""))
        }
    }

    func test_curl_gets_the_right_answer_as_each_kind_of_client_on_both_versions_of_TLS() throws {
        let curl = try ExternalTool("curl").url
        let world = try world()
        let server = try RunningProgram(arguments(world))
        let client = Client(curl: curl, world: world, port: try server.announcedPort())
        let refusals: [(String?, String)] = [
            (nil, "no-certificate"), ("old", "expired"), ("early", "not-yet-valid"), ("server", "wrong-usage"),
            ("revoked", "revoked"), ("stranger", "untrusted"), ("own", "certificate-type-not-allowed"),
        ]
        for version in [["--tlsv1.3"], ["--tlsv1.2", "--tls-max", "1.2"]] {
            let good = try client.get("/whoami", as: "alice", version)
            XCTAssertEqual(good.status, "200")
            try checkIdentity(good.body, world, tls: version == ["--tlsv1.3"] ? "TLSv1.3" : "TLSv1.2")
            XCTAssertEqual(try client.get("/secure/deep?x=1", as: "alice", version).status, "200")
            for (name, code) in refusals {
                let refused = try client.get("/whoami", as: name, version)
                XCTAssertEqual(refused.status, "403", code)
                let sentence = FailureCode(rawValue: code).publicSentence
                XCTAssertEqual(
                    refused.body.replacing(/,"instance":"urn:uuid:[0-9a-f-]{36}"/, with: ""),
                    #"{"type":"about:blank","title":"Forbidden","status":403,"code":"\#(code)","detail":"\#(sentence)"}"#
                )
                let open = try client.get("/public", as: name, version)
                XCTAssertEqual(open.status, "200")
                XCTAssertEqual(open.body, "{\n  \"client\": \"anonymous\",\n  \"code\": \"\(code)\"\n}\n")
            }
        }
        XCTAssertEqual(
            try client.get("/public", as: "alice").body,
            "{\n  \"client\": \"CN=alice\",\n  \"code\": null\n}\n"
        )
        XCTAssertEqual(try client.get("/elsewhere", as: nil).status, "404")
        let end = try server.end()
        XCTAssertEqual(end.status, 0)
        XCTAssertTrue(end.errors.contains("certauth.code=revoked"), end.errors)
    }

    private struct Identity: Decodable {
        struct Name: Decodable, Equatable {
            let type: String
            let value: String
        }

        struct Status: Decodable {
            let status: String
        }

        let subject: String
        let issuer: String
        let serial: String
        let sha256: String
        let notBefore: String
        let notAfter: String
        let san: [Name]
        let claims: [Name]
        let chain: [String]
        let revocation: [Status]
        let scheme: String
        let tls: String
        let sni: String
    }

    private func checkIdentity(_ body: String, _ world: PKIInFolder, tls: String) throws {
        let identity = try JSONDecoder().decode(Identity.self, from: Data(body.utf8))
        let chain = try Certificate.load(file: world.path("alice.chain.pem"))
        let root = try Certificate.load(file: world.path("root.pem"))
        XCTAssertEqual(identity.subject, "CN=alice")
        XCTAssertEqual(identity.issuer, "CN=CertAuth Development Issuing")
        XCTAssertEqual(identity.serial, chain[0].serialNumber.hexadecimal)
        XCTAssertEqual(identity.sha256, chain[0].sha256Thumbprint.hexadecimal)
        XCTAssertEqual(identity.notBefore, "\(chain[0].validity.notBefore)")
        XCTAssertEqual(identity.notAfter, "\(chain[0].validity.notAfter)")
        XCTAssertEqual(
            identity.san,
            [
                Identity.Name(type: "email", value: "alice@example.com"),
                Identity.Name(type: "email", value: "alice@example.org"),
                Identity.Name(type: "upn", value: "alice@corp"),
            ]
        )
        let thumbprint = Identity.Name(type: ClaimType.thumbprint.rawValue, value: identity.sha256)
        XCTAssertTrue(identity.claims.contains(thumbprint))
        XCTAssertEqual(identity.chain, (chain + root).map(\.sha256Thumbprint.hexadecimal))
        XCTAssertEqual(identity.revocation.map(\.status), ["GOOD", "GOOD", "NOT-CHECKED"])
        XCTAssertEqual(identity.scheme, "Certificate")
        XCTAssertEqual(identity.tls, tls)
        XCTAssertEqual(identity.sni, "localhost")
    }

    func test_with_verify_handshake_OpenSSL_sees_the_alert() throws {
        let openssl = try ExternalTool("openssl").url
        let world = try world()
        let server = try RunningProgram(arguments(world) + ["--verify", "handshake"])
        let port = try server.announcedPort()
        let connect = ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-CAfile"]
        let base = connect + [world.path("root.pem"), "-quiet", "-tls1_3"]
        let request = "GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let none = try Program.run(openssl, base, input: request)
        XCTAssertTrue(none.errors.contains("tlsv13 alert certificate required"), none.errors)
        let certificate = ["-cert", world.path("alice.chain.pem"), "-cert_chain", world.path("alice.chain.pem")]
        let alice = try Program.run(
            openssl,
            base + certificate + ["-key", world.path("alice.key")],
            input: request
        )
        XCTAssertTrue(alice.output.contains("HTTP/1.1 200 OK"), alice.output + alice.errors)
        XCTAssertEqual(try server.end().status, 0)
    }

    func test_modes_and_types_affect_the_answer() throws {
        let curl = try ExternalTool("curl").url
        let world = try world()
        let base = [
            "serve", "--listen", "127.0.0.1:0", "--cert", world.path("localhost.chain.pem"), "--key",
            world.path("localhost.key"),
        ]
        let trust = ["--client-ca", world.path("root.pem")]
        let pin = try Certificate.load(file: world.path("own.chain.pem"))[0].sha256Thumbprint.hexadecimal
        let cases: [(arguments: [String], client: String?, status: String)] = [
            (base + trust + ["--revocation", "none"], "alice", "200"),
            (base + trust + ["--revocation", "none"], "revoked", "200"),
            (base + trust, "alice", "403"),
            (base + trust + ["--unknown-revocation", "allow"], "alice", "200"),
            (base + ["--mode", "none"], "alice", "403"),
            (base + trust + ["--mode", "allow", "--revocation", "none", "--cache", "8"], "alice", "200"),
            (base + ["--types", "self-signed", "--pin", pin], "own", "200"),
            (base + ["--types", "self-signed", "--pin", pin], "alice", "403"),
            (base + trust + ["--types", "all", "--pin", pin, "--revocation", "none"], "alice", "200"),
        ]
        for (arguments, name, status) in cases {
            let server = try RunningProgram(arguments)
            let client = Client(curl: curl, world: world, port: try server.announcedPort())
            XCTAssertEqual(try client.get("/whoami", as: name).status, status, arguments.joined(separator: " "))
            XCTAssertEqual(try server.end(by: SIGINT).status, 0)
        }
    }

    func test_a_unix_socket_is_served_and_removed() throws {
        let curl = try ExternalTool("curl").url
        let world = try world()
        let path = world.path("s")
        var arguments = arguments(world)
        arguments[2] = "unix:\(path)"
        let server = try RunningProgram(arguments)
        XCTAssertEqual(server.nextLine(), "listening on unix:\(path)")
        let client = Client(curl: curl, world: world, port: 443)
        XCTAssertEqual(try client.get("/whoami", as: "alice", ["--unix-socket", path]).status, "200")
        XCTAssertEqual(try server.end().status, 0)
        XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    }

    func test_a_certificate_that_expires_while_the_connection_is_open_is_refused_at_the_next_request() async throws {
        let clock = TestClock(PKIInFolder.start)
        let world = try PKIInFolder(clock: clock.verificationClock)
        let real = try TestAuthority("Server Root")
        let own = try real.issue("localhost", .server(dnsNames: ["localhost"]))
        try world.issue("alice") { $0.days = 1 }
        var settings = ServeSettings(
            certificate: try world.directory.write(try own.chainPEM(), as: "own.pem"),
            key: try world.directory.write(try own.privateKeyPEM(), as: "own.key")
        )
        settings.address = .hostPort(host: "127.0.0.1", port: 0)
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        settings.clock = clock.verificationClock
        let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let listener = try settings.listener(logger: silent)
        let address = try await listener.start()
        let position = try XCTUnwrap(world.pki.index.position(named: "alice"))
        let alice = try world.pki.identity(of: world.pki.index.entries[position])
        let client = TLSTestClient(address: address, serverAnchorDER: real.anchorDER, identity: alice)
        try await client.withConnection { connection in
            let before = try await connection.get("/whoami")
            XCTAssertEqual(before.status, 200)
            clock.advance(by: .seconds(86_400))
            let last = try await connection.get("/whoami")
            XCTAssertEqual(last.status, 200)
            clock.advance(by: .seconds(1))
            let after = try await connection.get("/whoami")
            XCTAssertEqual(after.status, 403)
            XCTAssertEqual(after.problemCode, "expired")
        }
        await listener.shutdown()
    }

    func test_a_configuration_that_cannot_be_served_is_explained_before_it_listens() throws {
        let world = try world()
        let good = arguments(world)
        let identity = Array(good[0..<7])
        let missing = world.path("missing.pem")
        let cases: [(arguments: [String], error: String)] = [
            (identity, "--client-ca is missing: no client could be accepted"),
            (identity + ["--client-ca", missing], "\(missing): can't be read: No such file or directory"),
            (good + ["--sni", "a.test"], "--sni a.test: expected NAME=MODE"),
            (
                good + ["--http2", "--certificate-host", "b.test"],
                "--certificate-host has no meaning if no name is in mode delayed"
            ),
            (
                good + ["--mode", "delayed", "--certificate-host", "b test"],
                "--certificate-host 'b test' cannot be used: expected a host name"
            ),
            (good + ["--sni", "a.test=some"], "--sni a.test=some: no such mode"),
            (good + ["--sni", "a.test=none", "--sni", "a.test=none"], "--sni a.test is given twice"),
            (
                good + ["--sni", "a.test=none", "--sni", "A.test=none"],
                "server name 'A.test' is given twice, in two spellings"
            ),
            (
                good + ["--sni", "a.test=require", "--mode", "none"],
                "the policy for all other names is looser than that of 'a.test', or cannot be compared with it (mode): "
                    + "clients could avoid the stricter one by another name"
            ),
            (good + ["--cache", "0"], "--cache and --cache-seconds must be 1 or more"),
            (good + ["--revocation", "none"], "--crl has no meaning with --revocation none"),
            (
                good + ["--pin", String(repeating: "a", count: 64)],
                "--pin names self-signed certificates, but --types is chained"
            ),
        ]
        for (arguments, error) in cases {
            let outcome = try Program.run(Program.certauth, arguments)
            XCTAssertEqual(outcome.status, 2, error)
            XCTAssertEqual(outcome.output, "", error)
            XCTAssertEqual(outcome.errors.split(separator: "\n").first, "certauth: error: \(error)")
        }
        let checked = try Program.run(Program.certauth, good + ["--check"])
        XCTAssertEqual(checked.status, 0)
        XCTAssertEqual(checked.output, "the configuration is usable\n")
        let loose = good + ["--check", "--unknown-revocation", "allow", "--mode", "allow", "--expose-details"]
        let warned = try Program.run(Program.certauth, loose)
        XCTAssertEqual(warned.status, 0)
        XCTAssertEqual(warned.output, "the configuration is usable, with 1 warning\n")
        XCTAssertEqual(
            warned.errors.split(separator: "\n").map {
                $0.split(separator: ": ").dropFirst().prefix(2).joined(separator: " ")
            },
            ["warning soft-revocation", "notice details-exposed"]
        )
    }
}
