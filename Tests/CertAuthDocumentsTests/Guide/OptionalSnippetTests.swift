// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of optional certificates, run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class OptionalSnippetTests: XCTestCase {
    private func identity(_ pki: GuidePKI) throws -> ServerIdentity {
        try ServerIdentity(
            certificateFile: "\(pki.path)/localhost.chain.pem",
            keyFile: "\(pki.path)/localhost.key"
        )
    }

    func test_the_host_without_certificates_redirects_clients_to_the_one_that_requires_them() async throws {
        let pki = try GuidePKI()
        let lists = try CertificateRevocationList.load(file: "\(pki.path)/crls.pem")
        let configuration = try OptionalSnippets.byHost(
            options: CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: ["\(pki.path)/root.pem"]))),
            evidence: RevocationEvidence(revocationLists: lists),
            identity: try identity(pki)
        )
        let listener = try HTTPSListener(configuration: configuration) { .text($0.principal?.name ?? "visitor") }
        try await serving(listener, trusting: pki) { client in
            func get(_ path: String, at host: String, _ identity: TestIdentity?) async throws -> TestResponse {
                var client = client(identity)
                client.serverName = host
                return try await client.withConnection { connection in
                    try await connection.write(Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8))
                    return try await connection.readResponse()
                }
            }
            let open = try await get("/", at: "www.example", pki.alice)
            XCTAssertEqual(open.text, "visitor")
            let sent = try await get("/account?tab=1", at: "www.example", pki.alice)
            XCTAssertEqual(sent.status, 307)
            XCTAssertEqual(sent.headerFields[.location], "https://shop.example/account?tab=1")
            let arrived = try await get("/account?tab=1", at: "shop.example", pki.alice)
            XCTAssertEqual(arrived.text, "alice")
            let refused = try await get("/account", at: "shop.example", nil)
            XCTAssertEqual(refused.problemCode, "no-certificate")
        }
    }

    func test_a_late_certificate_is_asked_for_by_route_and_by_handler() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let listener = try OptionalSnippets.late(identity: identity(pki), authenticator: pki.authenticator())
        try await serving(listener, trusting: pki) { client in
            for version in TLSProtocolVersion.allCases {
                func asked(_ identity: TestIdentity?) -> TLSTestClient {
                    var client = client(identity)
                    client.version = version
                    client.answersLateRequests = true
                    return client
                }
                try await asked(pki.alice).withConnection { connection in
                    for (path, text) in [("/", "hello visitor"), ("/account", "hello alice"), ("/", "hello alice")] {
                        let response = try await connection.get(path)
                        XCTAssertEqual(response.text, text, path)
                    }
                }
                let welcome = try await asked(pki.alice).get("/sign-in")
                XCTAssertEqual(welcome.text, "welcome alice")
                let refused = try await asked(pki.bob).get("/sign-in")
                XCTAssertEqual(refused.text, "refused: revoked")
                let declined = try await asked(nil).get("/sign-in")
                XCTAssertEqual(declined.text, "as you like")
            }
            var old = client(pki.alice)
            old.version = .tls13
            let sent = try await old.get("/sign-in")
            XCTAssertEqual(sent.headerFields[.location], "https://shop.example/sign-in")
            let told = try await old.get("/account")
            XCTAssertEqual(told.problemCode, "late-certificate-unsupported")
        }
    }
}
