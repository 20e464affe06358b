// SPDX-License-Identifier: Apache-2.0
// The parser of IP addresses.

import XCTest

@testable import CertAuth

final class IPAddressTests: XCTestCase {
    private static let accepted: [(text: String, written: String)] = [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("1::", "1::"), ("::1", "::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1::8", "1::8"), ("0001:0:00:000:0000::", "1::"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::1.2.3.4", "::102:304"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        // IPv4-mapped addresses are IPv4 addresses.
        ("::ffff:1.2.3.4", "1.2.3.4"), ("::FFFF:0102:0304", "1.2.3.4"), ("0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"),
        ("1111:2222:3333:4444:5555:6666:123.123.123.123", "1111:2222:3333:4444:5555:6666:7b7b:7b7b"),
    ]

    private static let refused = [
        "", "1", ".", "...", "1.2.3", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "256.0.0.1", "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3", "1..2.3", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1.2.3.-4", "1.2.3.4/32", "1.2.3.4:80", "٣.1.1.1",
        // Leading zeros: octal for some readers.
        "010.0.0.1", "127.0.0.01", "00.0.0.0", "1.2.3.004", "::ffff:010.0.0.1", "::1.2.3.04",
        ":", ":::", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "1:2:3:4:5:6:7::8:9", "1:2:3:4::5:6:7:8", "12345::", "00001::", "g::", "1:-2::", "1:+2::", "::0x1",
        // An IPv4 address may only be the end of an IPv6 address, and must be complete.
        "1.2.3.4::", "1:2.3.4.5::6", "::1.2.3", "::1.2.3.4.5", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4", "::a.2.3.4", "::.2.3.4",
        // No zones, brackets or prefixes.
        "fe80::1%eth0", "fe80::1%25eth0", "[::1]", "[::1]:80", "::1/128", "::1 ", "::1\u{0}", "::１",
        "1111:2222:3333:4444:5555:6666:123.123.123.1230",
    ]

    func test_addresses_are_read_strictly_and_written_in_their_usual_form() {
        for (text, written) in Self.accepted {
            XCTAssertEqual(IPAddress(text)?.description, written, text)
            XCTAssertEqual(IPAddress(text), IPAddress(written), text)
        }
        for text in Self.refused {
            XCTAssertNil(IPAddress(text), text)
            XCTAssertNil(IPAddress.bytes(of: text), text)
        }
    }

    func test_the_bytes_of_a_mapped_address_are_those_that_are_written() throws {
        XCTAssertEqual(IPAddress.bytes(of: "::ffff:1.2.3.4")?.count, 16)
        XCTAssertEqual(IPAddress.bytes(of: "1.2.3.4"), [1, 2, 3, 4])
        XCTAssertEqual(IPAddress("::ffff:1.2.3.4")?.bytes, [1, 2, 3, 4])
        let mapped = try XCTUnwrap(IPAddress.bytes(of: "::ffff:1.2.3.4"))
        XCTAssertEqual(IPAddress(bytes: mapped)?.bytes, [1, 2, 3, 4])
    }

    func test_an_address_has_4_or_16_bytes() {
        for count in 0...20 {
            let address = IPAddress(bytes: [UInt8](repeating: 1, count: count))
            XCTAssertEqual(address?.bytes.count, count == 4 || count == 16 ? count : nil)
        }
    }

    func test_each_address_is_read_back_from_its_text() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = (0..<16).map { _ in Bool.random() ? 0 : UInt8.random(in: 0...255, using: &generator) }
            let text = IPAddressText.text(bytes)
            XCTAssertEqual(IPAddress.bytes(of: text), bytes, text)
        }
    }
}
