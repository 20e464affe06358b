// SPDX-License-Identifier: Apache-2.0
// Address ranges, by mask and by prefix length.

import XCTest

@testable import CertAuth

final class AddressRangeTests: XCTestCase {
    private func bytes(_ text: String) throws -> [UInt8] { try XCTUnwrap(IPAddress.bytes(of: text), text) }

    func test_a_prefix_and_its_mask_are_the_same_range() throws {
        for length in 0...32 {
            let mask = (UInt64(0xFFFF_FFFF) << UInt64(32 - length)) & 0xFFFF_FFFF
            let octets = (0..<4).map { UInt8(truncatingIfNeeded: mask >> UInt64(24 - 8 * $0)) }
            let address = try bytes("203.0.113.255")
            let range = AddressRange(address, prefixLength: length)
            XCTAssertEqual(range, AddressRange(address + octets), "\(length)")
            XCTAssertTrue(range.isContiguous)
            XCTAssertTrue(range.contains(range.network))
            XCTAssertEqual(range.network, zip(address, octets).map { $0 & $1 }, "\(length)")
        }
        XCTAssertEqual(AddressRange(try bytes("2001:db8::1"), prefixLength: 33).network, try bytes("2001:db8::"))
    }

    func test_a_range_contains_what_the_mask_leaves_open_and_families_do_not_mix() throws {
        let range = AddressRange(try bytes("10.1.0.0"), prefixLength: 15)
        for text in ["10.0.0.0", "10.1.255.255"] { XCTAssertTrue(range.contains(try bytes(text)), text) }
        for text in ["10.2.0.0", "9.255.255.255", "::ffff:10.1.0.0", "::10.1.0.0"] {
            XCTAssertFalse(range.contains(try bytes(text)), text)
        }
        let holed = try XCTUnwrap(AddressRange(bytes("10.0.0.1") + bytes("255.0.0.255")))
        XCTAssertFalse(holed.isContiguous)
        XCTAssertTrue(holed.contains(try bytes("10.7.7.1")))
        XCTAssertFalse(holed.contains(try bytes("10.7.7.2")))
        for count in [0, 4, 7, 16, 31, 33] { XCTAssertNil(AddressRange([UInt8](repeating: 0, count: count))) }
    }
}
