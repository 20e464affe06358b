// SPDX-License-Identifier: Apache-2.0
// Bytes as hexadecimal digits, in both directions.

import XCTest

@testable import CertAuth

final class HexadecimalTests: XCTestCase {
    func test_each_byte_is_read_back_in_both_cases() throws {
        let bytes = (0...255).map { UInt8($0) }
        for isUpper in [false, true] {
            let text = Hexadecimal.text(bytes, uppercased: isUpper)
            XCTAssertEqual(text, isUpper ? text.uppercased() : text.lowercased())
            XCTAssertEqual(Hexadecimal.bytes(text), bytes)
            XCTAssertEqual(try Hexadecimal.bytes(of: Array(text.utf8)), bytes)
        }
    }

    func test_colons_are_allowed_in_identifiers_and_refused_in_headers() {
        XCTAssertEqual(Hexadecimal.bytes("0a:1B"), [0x0A, 0x1B])
        XCTAssertThrowsError(try Hexadecimal.bytes(of: Array("0a:1B".utf8))) {
            XCTAssertEqual($0 as? DecodingFault, DecodingFault("0x3a is not a hexadecimal digit", at: 2))
        }
        XCTAssertThrowsError(try Hexadecimal.bytes(of: Array("0a1".utf8))) {
            XCTAssertEqual($0 as? DecodingFault, DecodingFault("an odd number of hexadecimal digits", at: 2))
        }
        for text in ["0", "0g", "0x0a", " 0a", "０a"] { XCTAssertNil(Hexadecimal.bytes(text), text) }
    }
}
