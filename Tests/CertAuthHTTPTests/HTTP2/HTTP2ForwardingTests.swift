// SPDX-License-Identifier: Apache-2.0
// Forwarded certificates over HTTP/2: the same gate as over HTTP/1.1, on each stream.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import XCTest

final class HTTP2ForwardingTests: XCTestCase {
    private func withForwarding(
        _ proxies: TrustedProxies,
        mode: ClientCertificateMode = .none,
        untrustedPeers: UntrustedPeerPolicy? = nil,
        _ body: (ForwardingFixture, TestListener) async throws -> Void
    ) async throws {
        let fixture = try ForwardingFixture()
        var forwarding = try CertificateForwarding(.aspnet(), from: proxies)
        if let untrustedPeers { forwarding.untrustedPeers = untrustedPeers }
        try await TestListener.withListener(
            authenticator: fixture.authenticator,
            mode: mode,
            customize: {
                $0.http2 = .all
                $0.forwarding = forwarding
                $0.requirement = { $0.path == "/public" ? .optional : .required }
            },
            handler: ForwardingFixture.handler
        ) { try await body(fixture, $0) }
    }

    private func base64(_ identity: TestIdentity) -> String { Data(identity.certificateDER).base64EncodedString() }

    func test_each_stream_of_a_proxy_has_the_client_that_its_headers_name() async throws {
        try await withForwarding(ForwardingFixture.loopback()) { fixture, listener in
            let alice = ("x-client-cert", base64(try fixture.issuing.issue("alice")))
            let bob = ("x-client-cert", base64(try fixture.issuing.issue("bob")))
            let expired = ("x-client-cert", base64(try fixture.issuing.issue("old", .expired)))
            let https = ("x-forwarded-proto", "https")
            let cases: [([(String, String)], String)] = [
                ([https, alice], "200 CN=alice left=[] scheme=https"),
                ([https, bob], "200 CN=bob left=[] scheme=https"),
                ([https], "403 no-certificate"), ([https, expired], "403 expired"), ([alice], "403 not-https"),
                ([https, alice, alice], "400 malformed"), ([https, ("client-cert", ":AAAA:")], "403 no-certificate"),
                ([https, alice, ("client-cert", ":AAAA:")], "200 CN=alice left=[] scheme=https"),
            ]
            try await listener.withHTTP2(listener.client()) { peer in
                for (index, (fields, _)) in cases.enumerated() {
                    try await peer.send(.headers(UInt32(2 * index + 1), HTTP2TestPeer.fields("/", fields)))
                }
                for (index, (fields, expected)) in cases.enumerated() {
                    let answer = try await peer.answer(on: UInt32(2 * index + 1))
                    let found = "\(answer.status ?? 0) \(answer.problemCode ?? answer.text)"
                    XCTAssertEqual(found, expected, "\(fields.map(\.0))")
                    let varied =
                        switch answer.status {
                        case 200: "X-Client-Cert"
                        case 400: "Accept"
                        default: "X-Client-Cert, Accept"
                        }
                    XCTAssertEqual(answer.fields["vary"], varied)
                }
                // A certificate in a trailer is not used.
                try await peer.send(
                    .headers(101, HTTP2TestPeer.fields("/", method: "POST", [https]), endStream: false),
                    .headers(101, [alice])
                )
                let trailed = try await peer.answer(on: 101)
                XCTAssertEqual(trailed.status, 400)
                XCTAssertEqual(trailed.problemCode, "forwarding-untrusted")
            }
        }
    }

    func test_headers_of_untrusted_peers_are_refused_or_removed_and_never_used() async throws {
        let elsewhere = try TrustedProxies([.network(try NetworkRange("192.0.2.0/24"))])
        try await withForwarding(elsewhere, mode: .allow) { fixture, listener in
            let alice = ("x-client-cert", base64(try fixture.issuing.issue("alice")))
            try await listener.withHTTP2(listener.client()) { peer in
                for (stream, path) in [(UInt32(1), "/"), (3, "/public")] {
                    try await peer.send(.headers(stream, HTTP2TestPeer.fields(path, [alice])))
                    let refused = try await peer.answer(on: stream)
                    XCTAssertEqual(refused.status, 400)
                    XCTAssertEqual(refused.problemCode, "forwarding-untrusted")
                }
            }
        }
        try await withForwarding(elsewhere, mode: .allow, untrustedPeers: .strip) { fixture, listener in
            let alice = ("x-client-cert", base64(try fixture.issuing.issue("alice")))
            try await listener.withHTTP2(listener.client()) { peer in
                try await peer.send(.headers(1, HTTP2TestPeer.fields("/public", [alice])))
                let open = try await peer.answer(on: 1)
                XCTAssertEqual(open.text, "anonymous left=[] scheme=https")
                try await peer.send(.headers(3, HTTP2TestPeer.fields("/", [alice])))
                let refused = try await peer.answer(on: 3)
                XCTAssertEqual(refused.problemCode, "no-certificate")
            }
            try await listener.withHTTP2(listener.client(try fixture.issuing.issue("bob"))) { peer in
                try await peer.send(.headers(1, HTTP2TestPeer.fields("/", [alice])))
                let mixed = try await peer.answer(on: 1)
                XCTAssertEqual(mixed.problemCode, "forwarding-untrusted")
                let bob = try await peer.get("/", on: 3)
                XCTAssertEqual(bob.text, "CN=bob left=[] scheme=https")
            }
        }
    }
}
