// SPDX-License-Identifier: Apache-2.0
// Object identifiers, parsed and written.

import CertAuth
import XCTest

final class OIDTests: XCTestCase {
    func test_known_identifiers_have_their_known_bytes() {
        let known: [(String, [UInt8])] = [
            ("2.5.29.37", [0x55, 0x1D, 0x25]), ("1.2.840.113549", [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]),
            ("2.999.3", [0x88, 0x37, 0x03]), ("0.0", [0x00]), ("0.39", [0x27]), ("1.39", [0x4F]), ("2.47", [0x7F]),
            ("2.48", [0x81, 0x00]),
        ]
        for (text, bytes) in known {
            XCTAssertEqual(OID(dotted: text)?.contents, bytes, text)
            XCTAssertEqual(OID(contents: bytes)?.description, text)
        }
    }

    func test_text_that_is_not_an_identifier_is_nil() {
        for text in [
            "", "1", "3.1", "1.40", "0.40", "1..2", "1.2.", ".1.2", "1.2.a", "1.-2", "1.2.18446744073709551616",
        ] {
            XCTAssertNil(OID(dotted: text), text)
        }
        XCTAssertEqual(OID(dotted: "1.2.18446744073709551615")?.description, "1.2.18446744073709551615")
    }

    func test_contents_that_end_inside_an_arc_or_pad_one_are_nil() {
        for bytes: [UInt8] in [[], [0x80], [0x2A, 0x86], [0x2A, 0x80, 0x01], [0x80, 0x01]] {
            XCTAssertNil(OID(contents: bytes), "\(bytes)")
        }
        XCTAssertNil(OID(contents: [UInt8](repeating: 1, count: 129)))
        XCTAssertNotNil(OID(contents: [UInt8](repeating: 1, count: 128)))
    }

    func test_an_arc_beyond_64_bits_is_kept_and_shown_as_a_question_mark() {
        let wide = [UInt8](repeating: 0xFF, count: 10) + [0x7F]
        XCTAssertEqual(OID(contents: [0x2A] + wide)?.description, "1.2.?")
        XCTAssertNotEqual(OID(contents: [0x2A] + wide), OID(contents: [0x2A] + wide + [1]))
    }

    func test_identifiers_of_each_length_are_read_back_and_differ() throws {
        var seen: Set<OID> = []
        for count in 1...32 {
            for last: UInt8 in [0, 1] {
                let contents = (1..<count).map { UInt8($0) } + [last]
                let identifier = try XCTUnwrap(OID(contents: contents))
                XCTAssertEqual(identifier.contents, contents)
                XCTAssertTrue(seen.insert(identifier).inserted)
                XCTAssertFalse(seen.insert(try XCTUnwrap(OID(contents: contents[...]))).inserted)
            }
        }
    }
}
