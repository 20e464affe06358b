// SPDX-License-Identifier: Apache-2.0
// The option `--constrain-common-names` of `verify` and `serve`.

import CertAuth
import CertAuthCLI
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import Logging
import XCTest

final class ConstrainCommonNamesTests: XCTestCase {
    /// A person's certificate under an authority constrained to a domain, and the files of both.
    private struct World {
        let directory: TemporaryDirectory
        let root: TestAuthority
        let person: TestIdentity

        init() throws {
            directory = try TemporaryDirectory()
            root = try TestAuthority("Root")
            let users = try root.intermediate("Users") {
                $0.extensions.append(.nameConstraints(permitted: [.dns("corp.example")]))
            }
            person = try users.issue("john.smith")
        }

        func write(_ text: String, as name: String) throws -> String { try directory.write(text, as: name) }
    }

    func test_verify_takes_the_flag() throws {
        let world = try World()
        let arguments = [
            "verify", "--json", "--leaf", try world.write(try world.person.chainPEM(), as: "person.pem"), "--trust",
            try world.write(try world.root.certificate.pem, as: "root.pem"),
        ]
        let cases: [([String], String?)] = [([], nil), (["--constrain-common-names"], "name-not-permitted")]
        for (flags, code) in cases {
            let outcome = try Program.run(Program.certauth, arguments + flags)
            XCTAssertEqual(outcome.status, code == nil ? 0 : 1)
            XCTAssertEqual(try Answer(outcome.output).error?.code, code)
        }
    }

    func test_serve_takes_the_flag() async throws {
        let world = try World()
        let server = try world.root.issue("localhost", .server(dnsNames: ["localhost"]))
        let arguments = [
            "serve", "--listen", "127.0.0.1:0", "--cert", try world.write(try server.chainPEM(), as: "server.pem"),
            "--key", try world.write(try server.privateKeyPEM(), as: "server.key"), "--client-ca",
            try world.write(try world.root.certificate.pem, as: "root.pem"), "--revocation", "none", "--check",
        ]
        let check = try Program.run(Program.certauth, arguments + ["--constrain-common-names"])
        XCTAssertEqual(check.status, 0, check.errors)
        let cases: [(Bool, Int, String?)] = [(false, 200, nil), (true, 403, "name-not-permitted")]
        for (isConstrained, status, code) in cases {
            var settings = ServeSettings(
                certificate: world.directory.path(of: "server.pem"),
                key: world.directory.path(of: "server.key")
            )
            settings.address = .hostPort(host: "127.0.0.1", port: 0)
            settings.clientAuthorities = [world.directory.path(of: "root.pem")]
            settings.revocation = .none
            settings.constrainsCommonNames = isConstrained
            let listener = try settings.listener(
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let address = try await listener.start()
            let client = TLSTestClient(
                address: address,
                serverAnchorDER: world.root.anchorDER,
                identity: world.person
            )
            try await client.withConnection { connection in
                let answer = try await connection.get("/whoami")
                XCTAssertEqual(answer.status, status)
                XCTAssertEqual(answer.problemCode, code)
            }
            await listener.shutdown()
        }
    }
}
