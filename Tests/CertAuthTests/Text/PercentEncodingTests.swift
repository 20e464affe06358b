// SPDX-License-Identifier: Apache-2.0
// Percent-encoding, in both directions.

import XCTest

@testable import CertAuth

final class PercentEncodingTests: XCTestCase {
    func test_each_byte_is_read_back_and_only_unreserved_ones_are_not_encoded() throws {
        for byte in (0...255).map({ UInt8($0) }) {
            let text = PercentEncoding.encoded([byte])
            XCTAssertEqual(try PercentEncoding.decoded(Array(text.utf8)), [byte])
            XCTAssertEqual(text.utf8.count == 1, PercentEncoding.isUnreserved(byte), text)
        }
        XCTAssertEqual(PercentEncoding.encoded("a+b/c=~ü".utf8), "a%2Bb%2Fc%3D~%C3%BC")
        XCTAssertEqual(PercentEncoding.encoded("a+b/c=~".utf8, keeping: "+/="), "a+b/c=%7E")
    }

    func test_a_fault_names_its_position() {
        let cases = [
            ("ab%", "% without two hexadecimal digits", 2), ("a%4", "% without two hexadecimal digits", 1),
            ("%4g", "% without two hexadecimal digits", 0), ("a b", "0x20 must be percent-encoded", 1),
            ("a\"b", "0x22 must be percent-encoded", 1), ("ab\u{7F}", "0x7f must be percent-encoded", 2),
            ("é", "0xc3 must be percent-encoded", 0),
        ]
        for (text, reason, position) in cases {
            XCTAssertThrowsError(try PercentEncoding.decoded(Array(text.utf8)), text) {
                XCTAssertEqual($0 as? DecodingFault, DecodingFault(reason, at: position), text)
            }
        }
    }
}
