// SPDX-License-Identifier: Apache-2.0
// The PROXY protocol on a Hummingbird server, with curl as the load balancer.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import Hummingbird
import XCTest

final class LoadBalancerTests: XCTestCase {
    private func requireHeader(_ tls: inout TLSServerConfiguration) throws {
        tls.validation = .request
        tls.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange("127.0.0.1")])
    }

    func test_the_load_balancer_states_the_clients_address_and_other_connections_are_closed() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        try await RunningApplication.withTLS(
            try clients.authenticator(),
            customize: requireHeader,
            routes: { router in
                router.add(middleware: OptionalClientCertificateMiddleware())
                router.get("address") { _, context -> String in
                    let facts = context.connection.facts
                    return "\(context.principal?.name ?? "") \(facts.peerAddress != facts.loadBalancerAddress) "
                        + "\(facts.loadBalancerAddress?.hasPrefix("127.0.0.1:") ?? false)"
                }
            }
        ) { server in
            let own = try clients.arguments(clients.alice)
            let direct = try await server.curl(tool, own, path: "/address")
            XCTAssertEqual(direct, " 0 000")
            let stated = try await server.curl(tool, own + ["--haproxy-protocol"], path: "/address")
            XCTAssertTrue(stated.hasPrefix("alice "), stated)
            XCTAssertTrue(stated.hasSuffix(" true 2 200"), stated)
        }
    }

    func test_a_client_of_the_load_balancer_is_no_proxy() async throws {
        let tool = try ExternalTool("curl")
        let clients = try ToolClients()
        let authenticator = try clients.authenticator()
        let proxies = try TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
        let forwarding = try CertificateForwardingMiddleware<TestContext>(
            try CertificateForwarding(.nginx(), from: proxies),
            authenticator: authenticator
        )
        try await RunningApplication.withTLS(
            authenticator,
            mode: .allow,
            customize: requireHeader,
            routes: { router in
                router.add(middleware: forwarding)
                router.add(middleware: OptionalClientCertificateMiddleware())
                router.get("name") { _, context -> String in context.principal?.name ?? "anonymous" }
            }
        ) { server in
            let forged = ["-H", "X-Client-Cert: any", "-H", "X-Forwarded-Proto: https", "--haproxy-protocol"]
            let answer = try await server.curl(tool, forged, path: "/name")
            XCTAssertTrue(answer.contains("\"code\":\"forwarding-untrusted\""), answer)
            XCTAssertTrue(answer.hasSuffix(" 400"), answer)
        }
    }
}
#endif
