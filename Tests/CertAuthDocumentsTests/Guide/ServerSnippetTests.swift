// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of modes, routes and names, run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class ServerSnippetTests: XCTestCase {
    private func identity(_ pki: GuidePKI) throws -> ServerIdentity {
        try ServerIdentity(
            certificateFile: "\(pki.path)/localhost.chain.pem",
            keyFile: "\(pki.path)/localhost.key"
        )
    }

    func test_each_route_has_its_own_requirement() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let listener = try ServerSnippets.routes(identity: identity(pki), authenticator: pki.authenticator())
        try await serving(listener, trusting: pki) { client in
            let expected: [(String, TestIdentity?, String)] = [
                ("/health", pki.bob, "hello visitor"), ("/", nil, "hello visitor"), ("/", pki.alice, "hello alice"),
                ("/", pki.bob, "your certificate was refused: revoked"), ("/account", pki.alice, "hello alice"),
            ]
            for (path, identity, text) in expected {
                let response = try await client(identity).get(path)
                XCTAssertEqual(response.text, text, path)
            }
            let anonymous = try await client(nil).get("/account")
            XCTAssertEqual(anonymous.problemCode, "no-certificate")
            let refused = try await client(pki.bob).get("/account")
            XCTAssertEqual(refused.problemCode, "revoked")
        }
    }

    func test_in_the_handshake_a_refusal_is_an_alert() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let listener = try ServerSnippets.handshake(identity: identity(pki), authenticator: pki.authenticator())
        try await serving(listener, trusting: pki) { client in
            let alice = try await client(pki.alice).outcome("/")
            XCTAssertEqual(alice.status, 200)
            let bob = try await client(pki.bob).outcome("/")
            XCTAssertEqual(bob, .alert("certificate_revoked"))
            let anonymous = try await client(nil).outcome("/")
            XCTAssertEqual(anonymous, .alert("certificate_required"))
            var old = client(pki.alice)
            old.version = .tls12
            let refused = try await old.outcome("/")
            XCTAssertEqual(refused, .alert("protocol_version"))
        }
    }

    func test_names_have_policies_of_their_own() async throws {
        let pki = try GuidePKI()
        let partners = try TestAuthority("Partners")
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [partners.anchor])))
        options.revocationMode = .noCheck
        let tls = ServerSnippets.names(
            identity: try identity(pki),
            customers: try pki.authenticator(),
            partners: try CertificateAuthenticator(options: options)
        )
        var configuration = HTTPSListenerConfiguration(tls: tls)
        configuration.requirement = { _ in .optional }
        let listener = try HTTPSListener(configuration: configuration) { request in
            .text(request.principal?.name ?? "anonymous")
        }
        let partner = try partners.issue("partner")
        try await serving(listener, trusting: pki) { client in
            let expected: [(String?, TestIdentity?, TestOutcome?)] = [
                ("www.example", nil, nil), ("www.example", pki.alice, nil), ("shop.example", pki.alice, nil),
                ("shop.example", nil, .alert("certificate_required")),
                ("shop.example", partner, .alert("unknown_ca")), ("a.partner.example", partner, nil),
                ("a.partner.example", pki.alice, .alert("unknown_ca")),
                ("other.example", pki.alice, .alert("unrecognized_name")), (nil, nil, .alert("unrecognized_name")),
            ]
            for (name, identity, refusal) in expected {
                var client = client(identity)
                client.serverName = name
                client.expectedName = "localhost"
                do {
                    try await client.withConnection { connection in
                        let host = name ?? "localhost"
                        try await connection.write(Array("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8))
                        let response = try await connection.readResponse()
                        XCTAssertEqual(response.status, 200, host)
                        let isKnown = identity != nil && name != "www.example"
                        XCTAssertEqual(response.text == "anonymous", !isKnown, host)
                    }
                    XCTAssertNil(refusal, "\(name ?? "no name") was accepted")
                } catch TestClientError.alert(let alert) {
                    XCTAssertEqual(refusal, .alert(alert), name ?? "no name")
                }
            }
        }
    }
}
