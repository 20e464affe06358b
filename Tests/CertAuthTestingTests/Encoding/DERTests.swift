// SPDX-License-Identifier: Apache-2.0
// The DER writer.

import CertAuth
import CertAuthTesting
import XCTest

final class DERTests: XCTestCase {
    func test_lengths_take_the_shortest_form() {
        XCTAssertEqual(Array(DER.octetString([UInt8](repeating: 0, count: 127)).prefix(2)), [0x04, 0x7F])
        XCTAssertEqual(Array(DER.octetString([UInt8](repeating: 0, count: 128)).prefix(3)), [0x04, 0x81, 0x80])
        XCTAssertEqual(Array(DER.octetString([UInt8](repeating: 0, count: 256)).prefix(4)), [0x04, 0x82, 0x01, 0x00])
    }

    func test_a_length_is_written_in_long_form_on_request() {
        XCTAssertEqual(DER.value(0x04, [7], lengthOctets: 1), [0x04, 0x81, 0x01, 7])
        XCTAssertEqual(DER.value(0x04, [7], lengthOctets: 3), [0x04, 0x83, 0x00, 0x00, 0x01, 7])
    }

    func test_integers_take_the_shortest_form() {
        let expected: [(Int, [UInt8])] = [
            (0, [0x00]), (127, [0x7F]), (128, [0x00, 0x80]), (256, [0x01, 0x00]), (-1, [0xFF]), (-128, [0x80]),
            (-129, [0xFF, 0x7F]),
        ]
        for (number, contents) in expected {
            XCTAssertEqual(DER.integer(number), [0x02, UInt8(contents.count)] + contents, "\(number)")
        }
    }

    func test_named_bits_have_no_trailing_zeros() {
        XCTAssertEqual(DER.namedBits([]), [0x03, 0x01, 0x00])
        XCTAssertEqual(DER.namedBits([0]), [0x03, 0x02, 0x07, 0x80])
        XCTAssertEqual(DER.namedBits([5, 6]), [0x03, 0x02, 0x01, 0x06])
        XCTAssertEqual(DER.namedBits([8]), [0x03, 0x03, 0x07, 0x00, 0x80])
    }

    func test_object_identifiers_are_read_and_other_bytes_are_refused() {
        XCTAssertEqual(DER.objectIdentifier(dotted: "1.2.840.113549"), [0x06, 6, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D])
        XCTAssertEqual(DER.objectIdentifier(dotted: "no identifier"), [0x06, 0x00])
    }

    func test_a_sorted_set_is_in_ascending_order() {
        XCTAssertEqual(DER.sortedSet([[0x05, 0x00], [0x02, 0x01, 0x01]]), [0x31, 5, 0x02, 0x01, 0x01, 0x05, 0x00])
        XCTAssertEqual(DER.set([[0x05, 0x00], [0x02, 0x01, 0x01]]), [0x31, 5, 0x05, 0x00, 0x02, 0x01, 0x01])
    }
}
