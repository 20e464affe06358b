// SPDX-License-Identifier: Apache-2.0
// Which peers are proxies.

import CertAuth
import CertAuthTesting
import XCTest

final class TrustedProxiesTests: XCTestCase {
    private func assertThrows(
        _ expected: ForwardingConfigurationError,
        line: UInt = #line,
        _ body: () throws -> Void
    ) {
        XCTAssertThrowsError(try body(), line: line) {
            XCTAssertEqual($0 as? ForwardingConfigurationError, expected, line: line)
        }
    }

    func test_a_configuration_without_proxies_throws() throws {
        assertThrows(.noTrustedProxies) { _ = try TrustedProxies([]) }
        assertThrows(.noSocketUsers) { _ = try TrustedProxies([.unixSocket(users: [])]) }
        XCTAssertEqual(try TrustedProxies([.unixSocket(users: [33])]).proxies.count, 1)
    }

    func test_ranges_contain_their_addresses_and_no_others() throws {
        let cases: [(range: String, inside: [String], outside: [String])] = [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["11.0.0.0", "9.255.255.255", "::10.0.0.1"]
            ),
            ("192.0.2.1", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"]),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]),
            ("2001:db8::/32", ["2001:db8::1", "2001:db8:ffff::"], ["2001:db9::", "10.0.0.1"]),
            ("::1/128", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1"]),
            ("::ffff:10.0.0.0/104", ["10.9.9.9", "::ffff:10.9.9.9"], ["11.0.0.0"]),
            ("fe80::/10", ["febf::1"], ["fec0::1"]),
        ]
        for (text, inside, outside) in cases {
            let range = try NetworkRange(text)
            for address in inside {
                XCTAssertTrue(range.contains(try XCTUnwrap(IPAddress(address))), "\(text) \(address)")
            }
            for address in outside {
                XCTAssertFalse(range.contains(try XCTUnwrap(IPAddress(address))), "\(text) \(address)")
            }
        }
    }

    func test_an_invalid_range_throws() {
        for text in [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/08", "localhost",
            "010.0.0.0/8", " 10.0.0.0/8", "10.0.0.0/8 ", "2001:db8::/129", "::ffff:10.0.0.0/8", "[::1]/128",
            "fe80::1%eth0",
            "1.2.3.4::/32", "1:2.3.4.5::/48", "1::2::3/64", "12345::/16", "10.0.0.256/32", "10.0.0.0/+8",
        ] {
            assertThrows(.invalidNetwork(text)) { _ = try NetworkRange(text) }
        }
        assertThrows(.networkWithHostBits("10.0.0.1/8", network: "10.0.0.0/8")) { _ = try NetworkRange("10.0.0.1/8") }
        for everyone in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
            assertThrows(.networkOfEveryone(everyone)) { _ = try NetworkRange(everyone) }
        }
    }

    func test_dialects_with_impossible_headers_throw() throws {
        let proxies = try ForwardingStage.trusted()
        assertThrows(.invalidHeaderName("")) { _ = try CertificateForwarding(.aspnet(header: ""), from: proxies) }
        assertThrows(.invalidHeaderName("X Y")) { _ = try CertificateForwarding(.aspnet(header: "X Y"), from: proxies) }
        assertThrows(.headerUsedTwice("x_c")) {
            _ = try CertificateForwarding(.nginx(certificate: "X-C", verdict: "x_c"), from: proxies)
        }
        var forwarding = try CertificateForwarding(.aspnet(), from: proxies)
        XCTAssertNoThrow(try forwarding.check())
        forwarding.scheme = .header("x_client_cert")
        assertThrows(.headerUsedTwice("x_client_cert")) { try forwarding.check() }
        forwarding.scheme = .xForwardedProto
        forwarding.limits.headerBytes = 0
        assertThrows(.invalidLimit(name: "headerBytes")) { try forwarding.check() }
    }

    func test_a_proxy_identity_needs_a_key_or_an_exact_name() throws {
        let authority = try TestAuthority("Proxies")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        assertThrows(.proxyIdentityWithoutMatch) { _ = try ProxyIdentity(options: options, matching: []) }
        assertThrows(.unusableProxyName("dns:*.example")) {
            _ = try ProxyIdentity(options: options, matching: [.name(.dns("*.example"))])
        }
        let digits = String(repeating: "ab", count: 20)
        let pin = try XCTUnwrap(Thumbprint(hexadecimal: digits))
        assertThrows(.weakProxyPin(digits)) { _ = try ProxyIdentity(options: options, matching: [.publicKey(pin)]) }
        options.trust = .noAnchors
        assertThrows(.proxyPolicy(.chainedWithoutAnchors)) {
            _ = try ProxyIdentity(options: options, matching: [.name(.dns("edge.example"))])
        }
    }

    func test_unix_sockets_are_trusted_by_the_user_that_the_kernel_reports() async throws {
        let stage = try ForwardingStage()
        let forwarding = try CertificateForwarding(.aspnet(), from: TrustedProxies([.unixSocket(users: [33])]))
        var request = ForwardingStage.fromProxy(try HeaderText.fields(.unverified(.aspnet()), stage.alice.chain))
        let peers: [(ConnectionPeer, Bool)] = [
            (.unixSocket(user: 33), true), (.unixSocket(user: 34), false), (.unixSocket(user: nil), false),
            (.unknown, false), (ForwardingStage.peer("127.0.0.1"), false),
        ]
        for (peer, isTrusted) in peers {
            request.peer = peer
            let outcome = await stage.result(forwarding, request)
            XCTAssertEqual(outcome.result.client != nil, isTrusted, "\(peer)")
            XCTAssertEqual(outcome.isRejected, !isTrusted, "\(peer)")
        }
    }
}
