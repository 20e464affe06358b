// SPDX-License-Identifier: Apache-2.0
// The code on the page for users of ASP.NET Core, run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import XCTest

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

final class FromASPNETSnippetTests: XCTestCase {
    func test_handler_and_server_answer_as_the_page_says() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let identity = try ServerIdentity(
            certificateFile: "\(pki.path)/localhost.chain.pem",
            keyFile: "\(pki.path)/localhost.key"
        )
        let authenticator = try FromASPNETSnippets.handler(pki: pki.path)
        let configuration = FromASPNETSnippets.server(identity: identity, authenticator: authenticator, port: 0)
        let listener = try HTTPSListener(configuration: configuration) { .text($0.principal?.name ?? "visitor") }
        let carol = try pki.issuing.issue("carol")
        try await serving(listener, trusting: pki) { client in
            let answers: [(TestIdentity?, String, Int, String?)] = [
                (nil, "/", 200, nil), (nil, "/members", 403, "no-certificate"), (pki.alice, "/members", 200, nil),
                (pki.alice, "/admin", 403, "not-authorized"), (pki.bob, "/members", 403, "revoked"),
                (pki.bob, "/", 200, nil), (carol, "/members", 403, "rejected-by-handler"),
            ]
            for (identity, path, status, code) in answers {
                let answer = try await client(identity).get(path)
                XCTAssertEqual(answer.status, status, path)
                XCTAssertEqual(answer.problemCode, code, path)
            }
        }
    }

    func test_App_Service_forwards_a_certificate_without_a_verdict_and_it_is_validated() async throws {
        let pki = try GuidePKI(revokingBob: true)
        let authenticator = try pki.authenticator {
            $0.additionalChainCertificates = [try pki.issuing.certificate]
        }
        for (frontEnds, identity, scheme, status, code) in [
            ("127.0.0.0/8", pki.alice, "https", 200, nil), ("127.0.0.0/8", pki.bob, "https", 403, "revoked"),
            ("127.0.0.0/8", pki.alice, "http", 403, "not-https"),
            ("169.254.0.0/16", pki.alice, "https", 400, "forwarding-untrusted"),
        ] as [(String, TestIdentity, String, Int, String?)] {
            var configuration = try FromASPNETSnippets.appService(
                frontEnds: frontEnds,
                authenticator: authenticator,
                port: 0
            )
            let warnings = configuration.findings.filter { $0.severity == .warning }
            XCTAssertEqual(warnings.map(\.code), ["plain-beyond-loopback"])
            configuration.address = .hostPort(host: "127.0.0.1", port: 0)
            // URLSession keeps its connections open.
            configuration.limits.idleShutdownTimeout = .milliseconds(100)
            let listener = try HTTPSListener(configuration: configuration) { .text($0.principal?.name ?? "stranger") }
            try await serving(listener, trusting: pki) { client in
                let port = try XCTUnwrap(client(nil).address.port)
                var request = URLRequest(url: try XCTUnwrap(URL(string: "http://127.0.0.1:\(port)/")))
                let header = Data(identity.certificateDER).base64EncodedString()
                request.setValue(header, forHTTPHeaderField: "X-ARR-ClientCert")
                request.setValue(scheme, forHTTPHeaderField: "X-Forwarded-Proto")
                let (body, response) = try await URLSession.shared.data(for: request)
                let text = String(decoding: body, as: UTF8.self)
                XCTAssertEqual((response as? HTTPURLResponse)?.statusCode, status, text)
                XCTAssertTrue(text.contains(code.map { "\"code\":\"\($0)\"" } ?? "alice"), text)
            }
        }
    }
}
