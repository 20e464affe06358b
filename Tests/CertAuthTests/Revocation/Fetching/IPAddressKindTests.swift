// SPDX-License-Identifier: Apache-2.0
// The kinds of IP addresses.

import CertAuth
import XCTest

final class IPAddressKindTests: XCTestCase {
    func test_every_address_has_its_kind() {
        let kinds: [(String, IPAddress.Kind)] = [
            ("8.8.8.8", .global), ("126.255.255.255", .global), ("128.0.0.0", .global), ("172.15.255.255", .global),
            ("172.32.0.0", .global), ("192.167.255.255", .global), ("100.63.255.255", .global),
            ("100.128.0.0", .global), ("223.255.255.255", .global),
            ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("0.0.0.0", .unspecified),
            ("0.1.2.3", .unspecified), ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork),
            ("172.16.0.0", .privateNetwork), ("172.31.255.255", .privateNetwork), ("192.168.0.1", .privateNetwork),
            ("100.64.0.0", .shared), ("100.127.255.255", .shared), ("169.254.0.1", .linkLocal),
            ("169.254.169.254", .metadata), ("168.63.129.16", .metadata), ("192.0.0.192", .metadata),
            ("100.100.100.200", .metadata), ("fd00:ec2::254", .metadata), ("192.0.0.1", .reserved),
            ("192.0.2.1", .documentation), ("198.51.100.7", .documentation), ("203.0.113.7", .documentation),
            ("198.18.0.1", .documentation), ("198.19.255.255", .documentation), ("198.20.0.0", .global),
            ("192.88.99.1", .reserved), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast),
            ("240.0.0.1", .reserved), ("255.255.255.255", .broadcast),
            ("::", .unspecified), ("::1", .loopback), ("::2", .unspecified), ("2606:4700::1", .global),
            ("2001:4860:4860::8888", .global), ("fc00::1", .privateNetwork), ("fdff::1", .privateNetwork),
            ("fec0::1", .privateNetwork), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("ff02::1", .multicast),
            ("2001:db8::1", .documentation), ("3fff::1", .documentation), ("2001::1", .reserved),
            ("100::1", .reserved), ("4000::1", .reserved), ("64:ff9b:1::1", .privateNetwork),
            ("::ffff:127.0.0.1", .loopback), ("::ffff:8.8.8.8", .global), ("::ffff:169.254.169.254", .metadata),
            ("::127.0.0.1", .loopback), ("64:ff9b::10.0.0.1", .privateNetwork), ("64:ff9b::8.8.8.8", .global),
            ("2002:7f00:1::", .loopback), ("2002:808:808::1", .global),
        ]
        for (text, kind) in kinds { XCTAssertEqual(IPAddress(text)?.kind, kind, text) }
    }
}
