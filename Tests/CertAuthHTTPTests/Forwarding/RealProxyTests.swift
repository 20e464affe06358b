// SPDX-License-Identifier: Apache-2.0
// curl through nginx, HAProxy, Apache httpd and Caddy, configured as Docs/Forwarding.md says.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import XCTest

final class RealProxyTests: XCTestCase {
    /// The files of clients and servers, in a folder that goes with this object.
    private struct World {
        let fixture: ForwardingFixture
        let folder: TemporaryDirectory
        let server: TestIdentity
        let clients: [String: TestIdentity.Files]
        let pki: [String: String]

        init(knowsIntermediate: Bool) throws {
            fixture = try ForwardingFixture(knowsIntermediate: knowsIntermediate)
            folder = try TemporaryDirectory()
            server = try TestAuthority("Edge Root").issue(
                "localhost",
                .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"])
            )
            var clients: [String: TestIdentity.Files] = [:]
            clients["good"] = try fixture.authority.issue("direct").write(to: folder, as: "good")
            clients["intermediate"] = try fixture.issuing.issue("alice").write(to: folder, as: "intermediate")
            clients["expired"] = try fixture.issuing.issue("old", .expired).write(to: folder, as: "expired")
            clients["untrusted"] = try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted")
            self.clients = clients
            pki = [
                "server.pem": try server.chainPEM(), "server.key": try server.privateKeyPEM(),
                "server-and-key.pem": try server.chainPEM() + server.privateKeyPEM(),
                "clients.pem": try fixture.authority.identity.certificatePEM(),
            ]
        }

        /// What curl gets: status, and the code of a problem document or the first word of the body.
        func get(_ proxy: RealProxy, as client: String?, headers: [String] = []) async throws -> String {
            let tool = try ExternalTool("curl")
            let root = try folder.write(server.anchorPEM(), as: "edge-root.pem")
            var arguments = ["-sS", "--max-time", "20", "-w", " %{http_code}", "--cacert", root]
            if let files = client.flatMap({ clients[$0] }) { arguments += ["--cert", files.chain, "--key", files.key] }
            for header in headers { arguments += ["-H", header] }
            let result = try await tool.run(arguments + ["https://localhost:\(proxy.port)/"])
            guard result.exitCode == 0 else { return "curl \(result.exitCode)" }
            let status = result.output.suffix(3)
            if let start = result.output.firstRange(of: "\"code\":\"")?.upperBound {
                return "\(status) \(result.output[start...].prefix { $0 != "\"" })"
            }
            return "\(status) \(result.output.hasPrefix("CN=") ? result.output.prefix { $0 != " " } : "")"
        }
    }

    private static let dialects: [ProxyKind: ForwardingDialect] = [
        .nginx: .verified(.nginx()), .haproxy: .verified(.haproxy()), .apache: .verified(.apache()),
        .caddy: .unverified(.caddy()),
    ]

    /// Runs a test behind one proxy; the answers tell the socket that the proxy used.
    private func behind(
        _ kind: ProxyKind,
        _ body: (World, RealProxy, ForwardingDialect) async throws -> Void
    ) async throws {
        _ = try ExternalTool(kind.program)
        // HAProxy and Apache httpd forward the chain, the others the leaf alone.
        let world = try World(knowsIntermediate: kind == .nginx || kind == .caddy)
        let dialect = try XCTUnwrap(Self.dialects[kind])
        let forwarding = try CertificateForwarding(dialect, from: ForwardingFixture.loopback())
        try await world.fixture.withListener(
            forwarding,
            handler: { request in
                let subject = request.client?.certificate.subject.rfc4514 ?? "anonymous"
                return .text("\(subject) \(request.connection.facts.peerAddress ?? "")")
            }
        ) { address in
            let proxy = try await RealProxy(kind, files: world.pki, application: try XCTUnwrap(address.port))
            defer { proxy.stop() }
            try await body(world, proxy, dialect)
        }
    }

    private func assertOutcomes(_ kind: ProxyKind, expired: String, untrusted: String) async throws {
        try await behind(kind) { world, proxy, _ in
            let expected: [(client: String?, outcome: String)] = [
                ("good", "200 CN=direct"), ("intermediate", "200 CN=alice"), ("expired", expired),
                ("untrusted", untrusted), (nil, "403 no-certificate"),
            ]
            for (client, outcome) in expected {
                let found = try await world.get(proxy, as: client)
                XCTAssertEqual(found, outcome, "\(kind) \(client ?? "none")\n\(proxy.log)")
            }
        }
    }

    func testNginx() async throws {
        // 400 without a code is nginx's own page: optional_no_ca forgives unknown authorities, nothing else.
        try await assertOutcomes(.nginx, expired: "400 ", untrusted: "403 forwarding-untrusted")
    }

    func testHAProxy() async throws {
        let refused = "403 forwarding-untrusted"
        try await assertOutcomes(.haproxy, expired: refused, untrusted: refused)
    }

    func testApacheHTTPServer() async throws {
        // 56: httpd ends the handshake with an alert.
        try await assertOutcomes(.apache, expired: "curl 56", untrusted: "403 forwarding-untrusted")
    }

    func testCaddy() async throws {
        try await assertOutcomes(.caddy, expired: "403 expired", untrusted: "403 untrusted")
    }

    func testAClientThatSendsTheHeadersItselfIsNobodyBehindEveryProxy() async throws {
        for kind in ProxyKind.allCases {
            try await behind(kind) { world, proxy, dialect in
                let victim = try world.fixture.authority.issue("victim").certificatePEM()
                let body = victim.split(separator: "\n").dropFirst().dropLast().joined()
                let escaped = victim.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let values = [
                    "SUCCESS", "0", "1", body, escaped, victim.split(separator: "\n").joined(separator: " "),
                ]
                for header in dialect.headers {
                    for value in values {
                        let found = try await world.get(proxy, as: nil, headers: ["\(header): \(value)"])
                        XCTAssertEqual(found, "403 no-certificate", "\(kind) \(header): \(value.prefix(12))")
                    }
                    let twin =
                        header.contains("_") ? header.replacing("_", with: "-") : header.replacing("-", with: "_")
                    let found = try await world.get(proxy, as: nil, headers: ["\(twin): SUCCESS"])
                    // nginx drops names with underscores; the others pass the twin on beside their own.
                    XCTAssertEqual(found, kind == .nginx ? "403 no-certificate" : "403 malformed", "\(kind) \(twin)")
                }
                let all = dialect.headers.map { "\($0): \(kind == .nginx ? escaped : body)" }
                let together = try await world.get(proxy, as: nil, headers: all)
                XCTAssertEqual(together, "403 no-certificate", "\(kind)")
                let beside = try await world.get(proxy, as: "good", headers: all)
                XCTAssertEqual(beside, "200 CN=direct", "\(kind)")
                let others = [
                    "Client-Cert: :\(body):", "X-ARR-ClientCert: \(body)", "X-Forwarded-Tls-Client-Cert: \(body)",
                ]
                let foreign = try await world.get(proxy, as: nil, headers: others)
                XCTAssertEqual(foreign, "403 no-certificate", "\(kind)")
            }
        }
    }

    func testAClientThatListsTheHeadersInConnectionLosesNobodyAnything() async throws {
        for kind in ProxyKind.allCases {
            try await behind(kind) { world, proxy, dialect in
                let listed = (dialect.headers + ["X-Forwarded-Proto"]).joined(separator: ", ")
                for client in ["good", nil] {
                    let found = try await world.get(proxy, as: client, headers: ["Connection: close, \(listed)"])
                    let honest = client == nil ? "403 no-certificate" : "200 CN=direct"
                    // Where a proxy drops what the client listed, nothing says HTTPS any more: refused, never somebody.
                    XCTAssertTrue(
                        [honest, "403 not-https", "400 forwarding-untrusted"].contains(found),
                        "\(kind) \(found)"
                    )
                }
            }
        }
    }

    func testOneConnectionOfTheProxyCarriesTwoClients() async throws {
        for kind in ProxyKind.allCases {
            try await behind(kind) { world, proxy, _ in
                let tool = try ExternalTool("curl")
                let root = try world.folder.write(world.server.anchorPEM(), as: "root.pem")
                var sockets: Set<Substring> = []
                for (client, name) in [("good", "CN=direct"), ("intermediate", "CN=alice"), ("good", "CN=direct")] {
                    let files = try XCTUnwrap(world.clients[client])
                    let result = try await tool.run(
                        ["-sS", "--max-time", "20", "--cacert", root, "--cert", files.chain, "--key", files.key]
                            + ["https://localhost:\(proxy.port)/"]
                    )
                    let parts = result.output.split(separator: " ")
                    XCTAssertEqual(parts.first.map(String.init), name, "\(kind) \(result.output)")
                    sockets.formUnion(parts.dropFirst())
                }
                XCTAssertEqual(sockets.count, 1, "\(kind) used \(sockets)")
            }
        }
    }

    func testNginxWithACertificateOnTheHop() async throws {
        _ = try ExternalTool("nginx")
        let world = try World(knowsIntermediate: true)
        let proxyIdentity = try TestAuthority("Proxy Root").issue("edge")
        let identity = try ProxyIdentity(pinning: proxyIdentity.certificate)
        let forwarding = try CertificateForwarding(.nginx(), from: TrustedProxies([.certificate(identity)]))
        try await TestListener.withListener(
            authenticator: world.fixture.authenticator,
            customize: { $0.forwarding = forwarding }
        ) { listener in
            var files = world.pki
            files["proxy.pem"] = try proxyIdentity.chainPEM()
            files["proxy.key"] = try proxyIdentity.privateKeyPEM()
            files["application.pem"] = try listener.serverAuthority.identity.certificatePEM()
            let application = try XCTUnwrap(listener.address.port)
            let proxy = try await RealProxy(.nginx, block: "nginx-mtls", files: files, application: application)
            defer { proxy.stop() }
            let expected: [(String?, String)] = [
                ("good", "200 CN=direct"), ("intermediate", "200 CN=alice"), ("expired", "400 "),
                ("untrusted", "403 forwarding-untrusted"), (nil, "403 no-certificate"),
            ]
            for (client, outcome) in expected {
                let found = try await world.get(proxy, as: client)
                XCTAssertEqual(found, outcome, "\(client ?? "none")\n\(proxy.log)")
            }
        }
    }

    func testEverySnippetSetsEveryHeaderOfItsDialect() throws {
        for kind in ProxyKind.allCases {
            let block = try RealProxy.block(kind.rawValue)
            for header in try XCTUnwrap(Self.dialects[kind]).headers {
                let lines = block.split(separator: "\n").filter { line in
                    line.split(separator: " ").contains { $0 == header }
                }
                XCTAssertEqual(lines.count, 1, "\(kind) sets \(header) in \(lines)")
                XCTAssertFalse(lines.contains { $0.contains(" if ") || $0.contains("expr=") }, "\(kind) \(header)")
            }
        }
    }
}
