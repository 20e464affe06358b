// SPDX-License-Identifier: Apache-2.0

import CertAuth
import XCTest

final class ProxyProtocolPolicyTests: XCTestCase {
    private func policy(_ networks: String..., users: Set<UInt32> = []) throws -> ProxyProtocolPolicy {
        try ProxyProtocolPolicy(from: networks.map { try NetworkRange($0) }, unixSocketUsers: users)
    }

    private func address(_ text: String) throws -> ConnectionPeer { .address(try XCTUnwrap(IPAddress(text))) }

    func test_only_named_peers_are_load_balancers() throws {
        let both = try policy("10.0.0.0/29", "fd00::5", users: [33])
        for named in ["10.0.0.0", "10.0.0.7", "fd00::5", "::ffff:10.0.0.5"] {
            XCTAssertTrue(both.names(try address(named)), named)
        }
        for other in ["10.0.0.8", "9.255.255.255", "fd00::4", "::1", "127.0.0.1"] {
            XCTAssertFalse(both.names(try address(other)), other)
        }
        XCTAssertTrue(both.names(.unixSocket(user: 33)))
        XCTAssertFalse(both.names(.unixSocket(user: 34)))
        XCTAssertFalse(both.names(.unixSocket(user: nil)))
        XCTAssertFalse(both.names(.unknown))
        XCTAssertFalse(try policy("10.0.0.0/29").names(.unixSocket(user: 33)), "a network names no user")
        XCTAssertFalse(try policy(users: [33]).names(try address("127.0.0.1")), "a user names no network")
    }

    func test_a_policy_without_load_balancers_is_refused() {
        XCTAssertThrowsError(try policy()) { error in
            XCTAssertEqual(error as? ForwardingConfigurationError, .noLoadBalancers)
        }
        XCTAssertThrowsError(try policy("0.0.0.0/0")) { error in
            XCTAssertEqual(error as? ForwardingConfigurationError, .networkOfEveryone("0.0.0.0/0"))
        }
        XCTAssertThrowsError(try policy("::/0")) { error in
            XCTAssertEqual(error as? ForwardingConfigurationError, .networkOfEveryone("::/0"))
        }
    }

    func test_networks_wider_than_private_ones_are_reported() throws {
        XCTAssertEqual(try policy("10.0.0.0/8", "fc00::/7", "::1").configurationFindings, [])
        let findings = try policy("10.0.0.0/7", "0.0.0.0/1", "2000::/6").configurationFindings
        XCTAssertEqual(findings.map(\.code), [String](repeating: "proxy-protocol-wide-network", count: 3))
        XCTAssertEqual(
            findings.first?.message,
            "every peer in 10.0.0.0/7 may state its clients' addresses by the PROXY protocol: name only the networks of load "
                + "balancers"
        )
    }
}
