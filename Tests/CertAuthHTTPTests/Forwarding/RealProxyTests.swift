// SPDX-License-Identifier: Apache-2.0
// curl through the proxies that forward certificates, configured as in Docs/Forwarding.md.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import XCTest

final class RealProxyTests: XCTestCase {
    private static let dialects: [ProxyKind: ForwardingDialect] = [
        .nginx: .verified(.nginx()), .haproxy: .verified(.haproxy()), .apache: .verified(.apache()),
        .caddy: .unverified(.caddy()), .lighttpd: .verified(.nginx()), .squid: .verified(.nginx()),
    ]

    /// Runs a test behind one proxy; the answers include the address of the proxy's socket.
    private func behind(
        _ kind: ProxyKind,
        _ body: (ProxyWorld, RealProxy, ForwardingDialect) async throws -> Void
    ) async throws {
        _ = try await kind.tool()
        // HAProxy and Apache httpd forward the chain, the others only the leaf.
        let world = try ProxyWorld(knowsIntermediate: kind != .haproxy && kind != .apache)
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

    /// Runs a test behind each proxy that is installed, and then skips it if one is missing.
    private func behindAll(
        _ body: (ProxyKind, ProxyWorld, RealProxy, ForwardingDialect) async throws -> Void
    ) async throws {
        var missing: XCTSkip?
        for kind in ProxyKind.forwarding {
            do {
                try await behind(kind) { try await body(kind, $0, $1, $2) }
            } catch let skip as XCTSkip {
                missing = skip
            }
        }
        if let missing { throw missing }
    }

    /// An expected outcome `curl` is any failure of curl: a handshake that the proxy ends.
    private func assertOutcomes(_ kind: ProxyKind, expired: String, untrusted: String) async throws {
        try await behind(kind) { world, proxy, _ in
            let expected: [(client: String?, outcome: String)] = [
                ("good", "200 CN=direct"), ("intermediate", "200 CN=alice"), ("expired", expired),
                ("untrusted", untrusted), (nil, "403 no-certificate"),
            ]
            for (client, outcome) in expected {
                var found = try await world.get(proxy, as: client)
                if outcome == "curl" { found = String(found.prefix { $0 != " " }) }
                XCTAssertEqual(found, outcome, "\(kind) \(client ?? "none")\n\(proxy.log)")
            }
        }
    }

    func test_nginx_forwards_its_clients() async throws {
        // 400 without a code is nginx's own page: optional_no_ca tolerates unknown issuers, but no other fault.
        try await assertOutcomes(.nginx, expired: "400 ", untrusted: "403 not-verified-by-proxy")
    }

    func test_HAProxy_forwards_its_clients() async throws {
        let refused = "403 not-verified-by-proxy"
        try await assertOutcomes(.haproxy, expired: refused, untrusted: refused)
    }

    func test_apache_forwards_its_clients() async throws {
        // httpd ends the handshake with an alert.
        try await assertOutcomes(.apache, expired: "curl", untrusted: "403 not-verified-by-proxy")
    }

    func test_caddy_forwards_its_clients() async throws {
        try await assertOutcomes(.caddy, expired: "403 expired", untrusted: "403 untrusted")
    }

    func test_lighttpd_forwards_its_clients() async throws {
        let refused = "403 not-verified-by-proxy"
        try await assertOutcomes(.lighttpd, expired: refused, untrusted: refused)
    }

    func test_squid_forwards_its_clients() async throws {
        try await assertOutcomes(.squid, expired: "curl", untrusted: "curl")
    }

    func test_Squid_shows_no_client_its_state_and_opens_no_tunnel() async throws {
        try await behind(.squid) { world, proxy, _ in
            for client in [nil, "good"] {
                // An answer without a code is Squid's own.
                let state = try await world.get(proxy, "/squid-internal-mgr/menu", as: client)
                XCTAssertEqual(state, "403 ")
                let tunnel = try await world.get(proxy, as: client, method: "CONNECT")
                XCTAssertEqual(tunnel, "405 ")
            }
        }
    }

    func test_a_client_that_sends_the_headers_itself_has_no_identity_behind_any_proxy() async throws {
        try await behindAll { kind, world, proxy, dialect in
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
            }
            let all = dialect.headers.map { "\($0): \(dialect.name == "nginx" ? escaped : body)" }
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

    func test_a_client_that_lists_the_headers_in_Connection_never_becomes_another_client() async throws {
        try await behindAll { kind, world, proxy, dialect in
            let listed = (dialect.headers + ["X-Forwarded-Proto"]).joined(separator: ", ")
            for client in ["good", nil] {
                let found = try await world.get(proxy, as: client, headers: ["Connection: close, \(listed)"])
                let honest = client == nil ? "403 no-certificate" : "200 CN=direct"
                // If the proxy drops the fields that the client listed, HTTPS is unconfirmed: a refusal.
                XCTAssertTrue(
                    [honest, "403 not-https", "400 forwarding-untrusted"].contains(found),
                    "\(kind) \(found)"
                )
            }
        }
    }

    func test_one_connection_of_the_proxy_carries_two_clients() async throws {
        try await behindAll { kind, world, proxy, _ in
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
            // lighttpd closes each connection after its request.
            XCTAssertEqual(sockets.count, kind == .lighttpd ? 3 : 1, "\(kind) used \(sockets)")
        }
    }

    func test_nginx_with_a_certificate_of_its_own_forwards_its_clients() async throws {
        _ = try ExternalTool("nginx")
        let world = try ProxyWorld(knowsIntermediate: true)
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
                ("untrusted", "403 not-verified-by-proxy"), (nil, "403 no-certificate"),
            ]
            for (client, outcome) in expected {
                let found = try await world.get(proxy, as: client)
                XCTAssertEqual(found, outcome, "\(client ?? "none")\n\(proxy.log)")
            }
        }
    }

    func test_every_snippet_sets_every_header_of_its_dialect() throws {
        for kind in ProxyKind.forwarding {
            let block = try RealProxy.block(kind == .lighttpd ? "lighttpd-lua" : kind.rawValue)
            for header in try XCTUnwrap(Self.dialects[kind]).headers {
                let lines = block.split(separator: "\n").filter { line in
                    line.split { " []\"".contains($0) }.contains { $0 == header }
                }
                guard kind != .squid else {
                    // Squid adds headers; the received ones are deleted by a directive of their own.
                    XCTAssertEqual(lines.first, "request_header_access \(header) deny all")
                    continue
                }
                XCTAssertEqual(lines.count, 1, "\(kind) sets \(header) in \(lines)")
                XCTAssertFalse(lines.contains { $0.contains(" if ") || $0.contains("expr=") }, "\(kind) \(header)")
            }
        }
    }
}
