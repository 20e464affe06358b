// SPDX-License-Identifier: Apache-2.0
// curl through HAProxy and nginx as TCP load balancers, configured as in Docs/Deploying.md.

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
        _ block: String,
        change: (String) -> String = { $0 },
        naming network: String = "127.0.0.1",
        _ body: (_ get: () async throws -> String, LogRecorder) async throws -> Void
    ) async throws {
        _ = try ExternalTool(kind.program)
        #if os(Linux)
        let curl = try ExternalTool("curl")
        let folder = try TemporaryDirectory()
        let authority = try TestAuthority("Root")
        let alice = try authority.issue("alice").write(to: folder, as: "alice")
        let recorder = LogRecorder()
        let logger = recorder.logger(from: .debug)
        let configuration = change(try RealProxy.block(block, page: "Deploying.md"))
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
            let balancer = try await RealProxy(kind, configuration: configuration, files: [:], application: port)
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

    private func assertAddresses(
        _ kind: ProxyKind,
        _ block: String,
        change: (String) -> String = { $0 }
    ) async throws {
        try await run(kind, block, change: change) { get, recorder in
            for _ in 0..<3 {
                let found = try await get()
                XCTAssertEqual(found, "CN=alice 127.0.0.2 127.0.0.1")
            }
            XCTAssertEqual(recorder.lines.filter { $0.level != "debug" }.map(\.text), [], "no check of it is a failure")
        }
    }

    private func skipWithoutStream() throws {
        let nginx = try ExternalTool("nginx")
        guard !FileManager.default.fileExists(atPath: RealProxy.streamModule) else { return }
        throw XCTSkip("\(nginx.path) has no module stream")
    }

    func test_HAProxy_with_version_2() async throws { try await assertAddresses(.haproxy, "haproxy-tcp") }

    func test_HAProxy_with_version_1() async throws {
        try await assertAddresses(.haproxy, "haproxy-tcp") { $0.replacing("send-proxy-v2", with: "send-proxy") }
    }

    func test_HAProxy_with_version_2_and_its_extensions() async throws {
        try await assertAddresses(.haproxy, "haproxy-tcp") {
            $0.replacing("send-proxy-v2", with: "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority,ssl")
        }
    }

    func test_nginx_stream() async throws {
        try skipWithoutStream()
        try await assertAddresses(.nginx, "nginx-stream")
    }

    func test_load_balancers_without_the_PROXY_protocol_are_refused() async throws {
        try await run(.haproxy, "haproxy-tcp", change: { $0.replacing(" send-proxy-v2", with: "") }) { get, recorder in
            let found = try await get()
            XCTAssertTrue(found.hasPrefix("curl "), found)
            let codes = recorder.lines.compactMap { $0.metadata["certauth.code"] }
            XCTAssertTrue(codes.contains("proxy-header-malformed"), "\(codes)")
        }
    }

    func test_load_balancers_that_are_not_named_are_refused() async throws {
        try await run(.haproxy, "haproxy-tcp", naming: "127.0.0.3") { get, recorder in
            let found = try await get()
            XCTAssertTrue(found.hasPrefix("curl "), found)
            // Checks that have ended when they are accepted are at debug.
            let codes = recorder.lines.filter { $0.level != "debug" }.compactMap { $0.metadata["certauth.code"] }
            XCTAssertEqual(Set(codes), ["proxy-header-untrusted"])
        }
    }
}
