// SPDX-License-Identifier: Apache-2.0
// curl through caches: in the proxy that ends TLS, and in Varnish behind such a proxy, configured as in Docs/Forwarding.md.

import CertAuth
import CertAuthHTTP
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import HTTPTypes
import XCTest

final class RealCacheTests: XCTestCase {
    /// The time now, as Squid requires it of a response that it keeps.
    private static var date: String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date())
    }

    /// Starts a listener. By default, any cache may keep its responses for ten minutes.
    private func withListener(
        _ dialect: VerifiedDialect,
        cacheControl: String? = "public, max-age=600",
        _ body: (ProxyWorld, _ application: Int, _ responses: @escaping @Sendable () -> Int) async throws -> Void
    ) async throws {
        let world = try ProxyWorld(knowsIntermediate: true)
        let forwarding = try CertificateForwarding(dialect, from: ForwardingFixture.loopback())
        let count = Counter()
        try await world.fixture.withListener(
            forwarding,
            handler: { request in
                count.increment()
                var response = ListenerResponse.text(request.client?.certificate.subject.rfc4514 ?? "anonymous")
                response.headerFields[.cacheControl] = cacheControl
                response.headerFields[.date] = Self.date
                return response
            }
        ) { address in
            try await body(world, try XCTUnwrap(address.port)) { count.value }
        }
    }

    /// Runs a test behind HAProxy and Varnish.
    private func behindVarnish(
        _ configuration: String? = nil,
        _ body: (ProxyWorld, RealProxy, _ responses: @escaping @Sendable () -> Int) async throws -> Void
    ) async throws {
        for kind in [ProxyKind.haproxy, .varnish] { _ = try await kind.tool() }
        try await withListener(.haproxy()) { world, application, responses in
            let cache = try await RealProxy(
                .varnish,
                configuration: configuration,
                files: [:],
                application: application
            )
            defer { cache.stop() }
            let edge = try await RealProxy(.haproxy, files: world.pki, application: cache.port)
            defer { edge.stop() }
            try await body(world, edge, responses)
        }
    }

    private static let outcomes: [(client: String?, outcome: String)] = [
        ("good", "200 CN=direct"), ("intermediate", "200 CN=alice"), ("good", "200 CN=direct"),
        ("expired", "403 not-verified-by-proxy"), ("untrusted", "403 not-verified-by-proxy"),
        (nil, "403 no-certificate"),
    ]

    func test_Varnish_gives_each_client_its_own_response_and_keeps_none() async throws {
        try await behindVarnish { world, edge, responses in
            for (client, outcome) in Self.outcomes {
                let found = try await world.get(edge, as: client)
                XCTAssertEqual(found, outcome, "\(client ?? "none")\n\(edge.log)")
            }
            XCTAssertEqual(responses(), 3)
        }
    }

    func test_Varnish_without_the_rule_keeps_the_clients_apart_by_Vary() async throws {
        let documented = try RealProxy.block("varnish")
        let rule = try XCTUnwrap(documented.firstMatch(of: /sub vcl_recv \{(?s:.*?)\n\}\n/)).0
        try await behindVarnish(documented.replacing(rule, with: "")) { world, edge, responses in
            for (client, outcome) in Self.outcomes {
                let found = try await world.get(edge, as: client)
                XCTAssertEqual(found, outcome, "\(client ?? "none")\n\(edge.log)")
            }
            XCTAssertEqual(responses(), 2, "the second response to the same client comes from the cache")
        }
    }

    func test_headers_of_the_client_reach_the_server_neither_through_HAProxy_nor_Varnish() async throws {
        try await behindVarnish { world, edge, _ in
            let victim = try world.fixture.authority.issue("victim").certificatePEM()
            let body = victim.split(separator: "\n").dropFirst().dropLast().joined()
            let names = VerifiedDialect.haproxy().headers
            for spelled in [names, names.map { $0.replacing("-", with: "_") }] {
                let lines = zip(spelled, [body, "0", "1", body]).map { "\($0): \($1)" }
                let none = try await world.get(edge, as: nil, headers: lines)
                XCTAssertEqual(none, "403 no-certificate")
                let good = try await world.get(edge, as: "good", headers: lines)
                XCTAssertEqual(good, "200 CN=direct")
            }
            let listed = "Connection: close, \((names + ["X-Forwarded-Proto"]).joined(separator: ", "))"
            let none = try await world.get(edge, as: nil, headers: [listed])
            XCTAssertTrue(none == "403 no-certificate" || none == "403 not-https", none)
            let good = try await world.get(edge, as: "good", headers: [listed])
            XCTAssertTrue(good == "200 CN=direct" || good == "403 not-https", good)
        }
    }

    /// Runs a test behind one proxy; expects the responses to these clients, and how many come from the server.
    private func assertOutcomes(
        _ kind: ProxyKind,
        _ configuration: String?,
        _ outcomes: [(client: String?, outcome: String)],
        responses expected: Int,
        cacheControl: String? = "public, max-age=600"
    ) async throws {
        _ = try await kind.tool()
        try await withListener(.nginx(), cacheControl: cacheControl) { world, application, responses in
            let proxy = try await RealProxy(
                kind,
                configuration: configuration,
                files: world.pki,
                application: application
            )
            defer { proxy.stop() }
            for (client, outcome) in outcomes {
                let found = try await world.get(proxy, as: client)
                XCTAssertEqual(found, outcome, client ?? "none")
            }
            XCTAssertEqual(responses(), expected)
        }
    }

    func test_Squid_gives_each_client_its_own_response_and_keeps_none() async throws {
        let valid = Self.outcomes.filter { !["expired", "untrusted"].contains($0.client) }
        try await assertOutcomes(.squid, nil, valid, responses: 3)
    }

    private static let mixed: [(client: String?, outcome: String)] = ["good", "intermediate", nil].map {
        ($0, "200 CN=direct")
    }

    /// The reason for `cache deny all`: Squid evaluates Vary with the request that it received.
    func test_Squid_with_a_cache_gives_one_client_s_response_to_another() async throws {
        let configuration = try RealProxy.block("squid").replacing("cache deny all\n", with: "")
        try await assertOutcomes(.squid, configuration, Self.mixed, responses: 1)
    }

    /// The same for nginx's own cache.
    func test_nginx_with_a_cache_gives_one_client_s_response_to_another() async throws {
        let cached = "proxy_cache own;\nproxy_http_version"
        let configuration = try RealProxy.block("nginx").replacing("proxy_http_version", with: cached)
        let path = "proxy_cache_path /etc/pki/cache keys_zone=own:1m;\n"
        try await assertOutcomes(.nginx, path + configuration, Self.mixed, responses: 1)
    }

    /// nginx keeps any response for ten minutes then, unless the response forbids it.
    func test_responses_for_which_the_application_names_no_cache_are_private() async throws {
        let cached = "proxy_cache own;\nproxy_cache_valid any 10m;\nproxy_http_version"
        let configuration = try RealProxy.block("nginx").replacing("proxy_http_version", with: cached)
        let path = "proxy_cache_path /etc/pki/cache keys_zone=own:1m;\n"
        let valid = Self.outcomes.filter { !["expired", "untrusted"].contains($0.client) }
        try await assertOutcomes(.nginx, path + configuration, valid, responses: 3, cacheControl: nil)
    }
}
