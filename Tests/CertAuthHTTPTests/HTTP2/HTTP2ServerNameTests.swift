// SPDX-License-Identifier: Apache-2.0
// The host on HTTP/2: a client that coalesces names with different policies receives 421 on the stream.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import HTTPTypes
import XCTest

final class HTTP2ServerNameTests: XCTestCase {
    /// `a.test` and `b.test` share a policy. Modes: `open.test` none, `late.test` delayed. `old.test`: only HTTP/1.1.
    private func withNames(
        _ offer: HTTP2Offer = .exceptDelayed,
        _ body: (TestListener, _ alice: TestIdentity) async throws -> Void
    ) async throws {
        let authority = try TestAuthority("Client Root")
        try await TestListener.withListener(
            trusting: authority,
            customize: { configuration in
                configuration.http2 = offer
                configuration.requirement = { $0.path == "/public" ? .optional : .required }
                configuration.withTLS {
                    var old = ServerNamePolicy("old.test")
                    old.applicationProtocols = ["http/1.1"]
                    $0.namedPolicies = [
                        ServerNamePolicy("a.test"), ServerNamePolicy("b.test"), old,
                        ServerNamePolicy("open.test", mode: ClientCertificateMode.none),
                        ServerNamePolicy("late.test", mode: .delayed),
                    ]
                }
            },
            handler: { request in .text("\(request.host ?? "?") \(request.principal?.name ?? "anonymous")") }
        ) { try await body($0, try authority.issue("alice")) }
    }

    private func client(_ listener: TestListener, _ identity: TestIdentity?, _ name: String) -> TLSTestClient {
        var client = listener.client(identity)
        client.serverName = name
        return client
    }

    func test_a_coalesced_name_of_another_policy_is_misdirected_on_any_stream() async throws {
        try await withNames { listener, alice in
            let expected: [(String, Int)] = [
                ("a.test", 200), ("open.test", 421), ("b.test", 200), ("A.TEST.:443", 200), ("late.test", 421),
                ("unknown.test", 421), ("127.0.0.1", 421), ("OPEN.test.", 421), ("a.test", 200), ("old.test", 200),
            ]
            for version in TLSProtocolVersion.allCases {
                var client = client(listener, alice, "a.test")
                client.version = version
                try await listener.withHTTP2(client) { peer in
                    for (index, (host, status)) in expected.enumerated() {
                        let answer = try await peer.get("/", on: UInt32(2 * index + 1), authority: host)
                        XCTAssertEqual(answer.status, status, host)
                        XCTAssertEqual(answer.problemCode, status == 421 ? "misdirected-request" : nil, host)
                    }
                    // All at once, and with Host if `:authority` is missing.
                    let first = UInt32(2 * expected.count + 1)
                    for (index, (host, _)) in expected.enumerated() {
                        let fields = [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", host)]
                        try await peer.send(.headers(first + UInt32(2 * index), fields))
                    }
                    for (index, (host, status)) in expected.enumerated() {
                        let answer = try await peer.answer(on: first + UInt32(2 * index))
                        XCTAssertEqual(answer.status, status, host)
                    }
                }
            }
        }
    }

    func test_each_name_has_its_own_ALPN() async throws {
        for offer in HTTP2Offer.allCases {
            try await withNames(offer) { listener, alice in
                let protocols: [(String, ALPNIdentifier)] = [
                    ("a.test", offer == .none ? "http/1.1" : "h2"), ("old.test", "http/1.1"),
                    ("open.test", offer == .none ? "http/1.1" : "h2"),
                    ("late.test", offer == .all ? "h2" : "http/1.1"),
                ]
                for (name, expected) in protocols {
                    var client = client(listener, alice, name)
                    client.applicationProtocols = ["h2", "http/1.1"]
                    try await client.withConnection { connection in
                        XCTAssertEqual(connection.applicationProtocol, expected, "\(name) \(offer)")
                    }
                }
            }
        }
    }

    func test_mode_none_requests_no_certificate() async throws {
        try await withNames { listener, alice in
            try await listener.withHTTP2(client(listener, alice, "open.test")) { peer in
                let open = try await peer.get("/public", on: 1, authority: "open.test")
                XCTAssertEqual(open.text, "open.test anonymous")
                let refused = try await peer.get("/", on: 3, authority: "open.test")
                XCTAssertEqual(refused.status, 403)
                XCTAssertEqual(refused.problemCode, "no-certificate")
            }
        }
    }
}
