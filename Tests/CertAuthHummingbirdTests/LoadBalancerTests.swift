// SPDX-License-Identifier: Apache-2.0
// The PROXY protocol on a Hummingbird server.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Hummingbird
import XCTest

final class LoadBalancerTests: XCTestCase {
    private func authenticator(trusting authority: TestAuthority) throws -> CertificateAuthenticator {
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        return try CertificateAuthenticator(options: options)
    }

    func test_the_load_balancer_states_the_clients_address_and_other_connections_are_closed() async throws {
        let authority = try TestAuthority("Root")
        try await RunningApplication.withTLS(
            try authenticator(trusting: authority),
            customize: {
                $0.validation = .request
                $0.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("127.0.0.1")])
            },
            routes: { router in
                router.add(middleware: ClientCertificateMiddleware())
                router.get("address") { _, context -> String in
                    let facts = context.connectionFacts
                    let via = facts.loadBalancerAddress?.hasPrefix("127.0.0.1:") ?? false
                    return "\(context.principal?.name ?? "") \(facts.peerAddress ?? "") \(via)"
                }
            }
        ) { server in
            var client = server.client(try authority.issue("alice"))
            let direct = try await client.outcome("/address")
            XCTAssertEqual(direct, .closed(cleanly: false))
            for header in [
                ProxyProtocolBytes.line("TCP4 192.0.2.1 10.0.0.5 5000 8443"), ProxyProtocolBytes.checked(),
            ] {
                client.preamble = header
                let response = try await client.get("/address")
                XCTAssertEqual(response.text, "alice 192.0.2.1:5000 true")
            }
        }
    }

    func test_a_client_of_the_load_balancer_never_becomes_a_trusted_proxy() async throws {
        let authority = try TestAuthority("Root")
        let judge = try authenticator(trusting: authority)
        let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
        let forwarding = try CertificateForwardingMiddleware<TestContext>(
            CertificateForwarding(.aspnet(), from: proxies),
            authenticator: judge
        )
        try await RunningApplication.withTLS(
            judge,
            mode: .allow,
            customize: {
                $0.validation = .request
                $0.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("127.0.0.1")])
            },
            routes: { router in
                router.add(middleware: forwarding)
                router.add(middleware: ClientCertificateMiddleware())
                router.get("name") { _, context -> String in context.principal?.name ?? "anonymous" }
            }
        ) { server in
            var request = TestRequest("/name")
            request.headerFields[try XCTUnwrap(HTTPField.Name("X-Client-Cert"))] =
                Data(try authority.issue("victim").certificateDER).base64EncodedString()
            request.headerFields[try XCTUnwrap(HTTPField.Name("X-Forwarded-Proto"))] = "https"
            for text in ["TCP4 192.0.2.1 10.0.0.5 1 2", "TCP4 127.0.0.1 127.0.0.1 1 2", "UNKNOWN"] {
                var client = server.client()
                client.preamble = ProxyProtocolBytes.line(text)
                let response = try await client.send(request)
                XCTAssertEqual(response.status, 400, text)
                XCTAssertEqual(response.problemCode, "forwarding-untrusted", text)
            }
        }
    }
}
#endif
