// SPDX-License-Identifier: Apache-2.0
// curl through HAProxy and nginx as TCP load balancers, configured as in Docs/Deploying.md, and through proxies that end
// the clients' TLS.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import Logging
import XCTest

final class RealLoadBalancerTests: XCTestCase {
    /// Runs curl, from the address 127.0.0.2, through a load balancer that the listener knows as 127.0.0.1.
    private func run(
        _ kind: ProxyKind,
        _ configuration: String,
        naming network: String = "127.0.0.1",
        _ body: (_ get: () async throws -> String, LogRecorder) async throws -> Void
    ) async throws {
        _ = try await kind.tool()
        #if os(Linux)
        let curl = try ExternalTool("curl")
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Root")
        let alice = try authority.issue("alice").write(to: folder, as: "alice")
        let recorder = LogRecorder()
        let logger = recorder.logger(from: .debug)
        try await TestListener.withListener(
            trusting: authority,
            customize: {
                try $0.withTLS {
                    $0.proxyProtocol = try ProxyProtocolPolicy(from: [NetworkRange(network)])
                    $0.logger = logger
                }
            },
            handler: { request in
                let facts = request.connection.facts
                let parts = [facts.peerAddress, facts.loadBalancerAddress].map {
                    $0?.split(separator: ":").first ?? "-"
                }
                return .text("\(request.client?.certificate.subject.rfc4514 ?? "") \(parts[0]) \(parts[1])")
            }
        ) { listener in
            let port = try XCTUnwrap(listener.address.port)
            let root = try folder.write(listener.serverAuthority.identity.certificatePEM(), as: "root.pem")
            let edge = try listener.serverAuthority.issue("localhost", .server(dnsNames: ["localhost"]))
            let files = [
                "server-and-key.pem": try edge.chainPEM() + edge.privateKeyPEM(),
                "clients.pem": try authority.identity.certificatePEM(),
            ]
            let balancer = try await RealProxy(kind, configuration: configuration, files: files, application: port)
            defer { balancer.stop() }
            let arguments =
                [
                    "-sS", "--max-time", "20", "--ipv4", "--interface", "127.0.0.2", "--cacert", root, "--cert",
                    alice.chain,
                ]
                + ["--key", alice.key, "https://localhost:\(balancer.port)/"]
            try await body(
                {
                    let result = try await curl.run(arguments)
                    return result.exitCode == 0 ? result.output : "curl \(result.exitCode)"
                },
                recorder
            )
        }
        #else
        throw XCTSkip("127.0.0.2 is an address of the loopback interface on Linux only")
        #endif
    }

    private func assertAddresses(_ kind: ProxyKind, _ configuration: String) async throws {
        try await run(kind, configuration) { get, recorder in
            for _ in 0..<3 {
                let found = try await get()
                XCTAssertEqual(found, "CN=alice 127.0.0.2 127.0.0.1")
            }
            XCTAssertEqual(recorder.lines.filter { $0.level != "debug" }.map(\.text), [], "no check of it is a failure")
        }
    }

    private func block(_ name: String) throws -> String { try RealProxy.block(name, page: "Deploying.md") }

    private func skipWithoutStream() throws {
        let nginx = try ExternalTool("nginx")
        guard !FileManager.default.fileExists(atPath: ProxyKind.streamModule) else { return }
        throw XCTSkip("\(nginx.path) has no module stream")
    }

    func test_HAProxy_with_version_2() async throws { try await assertAddresses(.haproxy, block("haproxy-tcp")) }

    func test_HAProxy_with_version_1() async throws {
        let configuration = try block("haproxy-tcp").replacing("send-proxy-v2", with: "send-proxy")
        try await assertAddresses(.haproxy, configuration)
    }

    func test_HAProxy_with_version_2_and_its_extensions() async throws {
        let options = "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority,ssl"
        try await assertAddresses(.haproxy, block("haproxy-tcp").replacing("send-proxy-v2", with: options))
    }

    func test_nginx_stream() async throws {
        try skipWithoutStream()
        try await assertAddresses(.nginx, block("nginx-stream"))
    }

    func test_load_balancers_without_the_PROXY_protocol_are_refused() async throws {
        let configuration = try block("haproxy-tcp").replacing(" send-proxy-v2", with: "")
        try await run(.haproxy, configuration) { get, recorder in
            let found = try await get()
            XCTAssertTrue(found.hasPrefix("curl "), found)
            let codes = recorder.lines.compactMap { $0.metadata["certauth.code"] }
            XCTAssertTrue(codes.contains("proxy-header-malformed"), "\(codes)")
        }
    }

    func test_load_balancers_that_are_not_named_are_refused() async throws {
        try await run(.haproxy, block("haproxy-tcp"), naming: "127.0.0.3") { get, recorder in
            let found = try await get()
            XCTAssertTrue(found.hasPrefix("curl "), found)
            // Checks that have ended when they are accepted are at debug.
            let codes = recorder.lines.filter { $0.level != "debug" }.compactMap { $0.metadata["certauth.code"] }
            XCTAssertEqual(Set(codes), ["proxy-header-untrusted"])
        }
    }

    /// Asserts that a proxy that ends the client's TLS reaches no handler, whatever its PROXY header contains.
    private func assertNoIdentity(_ kind: ProxyKind, _ configuration: String) async throws {
        try await run(kind, configuration) { get, recorder in
            let found = try await get()
            XCTAssertTrue(found.hasPrefix("curl "), found)
            let codes = recorder.lines.filter { $0.level != "debug" }.compactMap { $0.metadata["certauth.code"] }
            XCTAssertEqual(Set(codes), ["tls-protocol"])
        }
    }

    func test_hitch_with_the_client_s_certificate_in_the_PROXY_header_identifies_no_client() async throws {
        try await assertNoIdentity(
            .hitch,
            """
            frontend = {
                host = "127.0.0.1"
                port = "8443"
            }
            backend = "[127.0.0.1]:8080"
            workers = 1
            pem-file = "/etc/pki/server-and-key.pem"
            client-verify = required
            client-verify-ca = "/etc/pki/clients.pem"
            write-proxy-v2 = on
            proxy-tlv = on
            proxy-client-cert = on
            ocsp-dir = ""

            """
        )
    }

    func test_stunnel_with_the_PROXY_protocol_identifies_no_client() async throws {
        try await assertNoIdentity(
            .stunnel,
            """
            [clients]
            accept = 127.0.0.1:8443
            connect = 127.0.0.1:8080
            protocol = proxy
            cert = /etc/pki/server-and-key.pem
            CAfile = /etc/pki/clients.pem
            verifyChain = yes

            """
        )
    }
}
