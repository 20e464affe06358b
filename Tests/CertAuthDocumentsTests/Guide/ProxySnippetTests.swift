// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of proxies, run; the tests act as the proxy.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

final class ProxySnippetTests: XCTestCase {
    /// Sends a request without TLS, like a proxy on the same machine.
    private func answer(at address: ListenerAddress, _ headers: [String: String]) async throws -> (Int, String) {
        let port = try XCTUnwrap(address.port)
        var request = URLRequest(url: try XCTUnwrap(URL(string: "http://127.0.0.1:\(port)/")))
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (body, response) = try await URLSession.shared.data(for: request)
        let status = try XCTUnwrap(response as? HTTPURLResponse).statusCode
        return (status, String(decoding: body, as: UTF8.self))
    }

    private func percentEncoded(_ pem: String) throws -> String {
        try XCTUnwrap(pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    }

    func test_a_certificate_of_nginx_is_validated_like_one_of_TLS() async throws {
        let pki = try GuidePKI()
        let authenticator = try pki.authenticator {
            $0.additionalChainCertificates = [try pki.issuing.certificate]
        }
        var configuration = try ProxySnippets.nginx(authenticator: authenticator, port: 0)
        // URLSession keeps its connections open.
        configuration.limits.idleShutdownTimeout = .milliseconds(100)
        let listener = try HTTPSListener(configuration: configuration) { .text($0.principal?.name ?? "stranger") }
        try await serving(listener, trusting: pki) { client in
            let address = client(nil).address
            var headers = ["X-Forwarded-Proto": "https", "X-SSL-Client-Verify": "SUCCESS"]
            headers["X-SSL-Client-Cert"] = try percentEncoded(pki.alice.certificatePEM())
            let alice = try await answer(at: address, headers)
            XCTAssertEqual(alice.0, 200)
            XCTAssertEqual(alice.1, "alice")
            headers["X-SSL-Client-Cert"] = try percentEncoded(TestAuthority("Other").issue("eve").certificatePEM())
            let eve = try await answer(at: address, headers)
            XCTAssertEqual(eve.0, 403)
            XCTAssertTrue(eve.1.contains("\"code\":\"untrusted\""), eve.1)
        }
    }

    func test_the_network_of_the_overview_does_not_contain_the_loopback_address() async throws {
        let pki = try GuidePKI()
        var configuration = try ProxySnippets.overview(authenticator: pki.authenticator())
        configuration.address = .hostPort(host: "127.0.0.1", port: 0)
        configuration.limits.idleShutdownTimeout = .milliseconds(100)
        let listener = try HTTPSListener(configuration: configuration) { _ in .text("in") }
        try await serving(listener, trusting: pki) { client in
            let refused = try await answer(at: client(nil).address, ["X-SSL-Client-Verify": "SUCCESS"])
            XCTAssertEqual(refused.0, 400)
            XCTAssertTrue(refused.1.contains("\"code\":\"forwarding-untrusted\""), refused.1)
        }
    }

    func test_the_two_dialects_of_the_page_have_proxies_of_their_own() throws {
        var configuration = try ProxySnippets.overview(authenticator: GuidePKI().authenticator())
        try ProxySnippets.several(&configuration)
        let forwarding = try XCTUnwrap(configuration.forwarding)
        for (address, isProxy) in [("10.1.2.3", true), ("169.254.1.2", true), ("192.0.2.1", false)] {
            let peer = ConnectionPeer.address(try XCTUnwrap(IPAddress(address)))
            let decision = forwarding.decide(ForwardingRequest(fields: [], peer: peer))
            if case .forwarded(nil, isSecure: false) = decision {
                XCTAssertTrue(isProxy)
            } else {
                XCTAssertFalse(isProxy)
            }
        }
        XCTAssertNoThrow(try HTTPSListener(configuration: configuration) { _ in .text("in") })
    }

    func test_a_custom_proxy_is_recognized_by_its_certificate_and_its_verdict_is_required() async throws {
        let pki = try GuidePKI()
        let edge = try TestAuthority("Edge Root").issue("edge")
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(
                certificateFile: "\(pki.path)/localhost.chain.pem",
                keyFile: "\(pki.path)/localhost.key"
            ),
            authenticator: try pki.authenticator {
                $0.additionalChainCertificates = [try pki.issuing.certificate]
            }
        )
        tls.validation = .request
        let listener = try HTTPSListener(configuration: ProxySnippets.custom(edge: edge.certificate, tls: tls)) {
            .text($0.principal?.name ?? "anonymous")
        }
        try await serving(listener, trusting: pki) { client in
            func outcome(_ sender: TestIdentity?, verdict: String) async throws -> TestResponse {
                let fields: HTTPFields = [
                    try XCTUnwrap(.init("X-Forwarded-Proto")): "https",
                    try XCTUnwrap(.init("X-Edge-Cert")): Data(pki.alice.certificateDER).base64EncodedString(),
                    try XCTUnwrap(.init("X-Edge-Verify")): verdict,
                ]
                return try await client(sender).send(TestRequest("/", headerFields: fields))
            }
            let alice = try await outcome(edge, verdict: "ok")
            XCTAssertEqual(alice.text, "alice")
            let unverified = try await outcome(edge, verdict: "failed")
            XCTAssertEqual(unverified.problemCode, "not-verified-by-proxy")
            let bob = try await outcome(pki.bob, verdict: "ok")
            XCTAssertEqual(bob.status, 400)
            XCTAssertEqual(bob.problemCode, "forwarding-untrusted")
        }
    }
}
