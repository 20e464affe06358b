// SPDX-License-Identifier: Apache-2.0
// PEM texts, valid and invalid.

import CertAuth
import XCTest

final class PEMDocumentTests: XCTestCase {
    func test_blocks_are_read_in_order_with_label_and_line_and_the_rest_is_ignored() throws {
        let text =
            "a note\n" + PEMDocument.text(label: "ONE", [1, 2]) + "between\r\n" + PEMDocument.text(label: "TWO", [])
        let document = try PEMDocument(text)
        XCTAssertEqual(document.blocks.map(\.label), ["ONE", "TWO"])
        XCTAssertEqual(document.blocks.map(\.bytes), [[1, 2], []])
        XCTAssertEqual(document.blocks.map(\.line), [2, 6])
    }

    func test_a_text_without_blocks_has_none() throws {
        XCTAssertTrue(try PEMDocument("nothing here").blocks.isEmpty)
        XCTAssertTrue(try PEMDocument("").blocks.isEmpty)
    }

    func test_lines_end_in_either_way_and_may_be_of_any_length() throws {
        let bytes = (0..<100).map { UInt8($0) }
        let text = PEMDocument.text(label: "X", bytes)
        XCTAssertEqual(try PEMDocument(text.replacing("\n", with: "\r\n")).blocks.first?.bytes, bytes)
        let single = "-----BEGIN X-----\n\(Base64.encoded(bytes))\n-----END X-----"
        XCTAssertEqual(try PEMDocument(single).blocks.first?.bytes, bytes)
        XCTAssertTrue(text.split(separator: "\n").allSatisfy { $0.count <= 64 })
    }

    func test_a_single_CR_ends_a_line_and_counts_as_one() throws {
        let text = "note\r" + PEMDocument.text(label: "ONE", [1, 2]).replacing("\n", with: "\r")
        let document = try PEMDocument(text + PEMDocument.text(label: "TWO", [3]).replacing("\n", with: "\r\n"))
        XCTAssertEqual(document.blocks.map(\.bytes), [[1, 2], [3]])
        XCTAssertEqual(document.blocks.map(\.line), [2, 5])
    }

    func test_a_marker_with_a_label_over_64_characters_is_text() throws {
        let label = String(repeating: "A", count: 65)
        XCTAssertTrue(try PEMDocument("-----BEGIN \(label)-----\n").blocks.isEmpty)
        let longest = String(repeating: "A", count: 64)
        assertThrows(PEMDocument.Failure.unterminated(label: longest, line: 1)) {
            _ = try PEMDocument("-----BEGIN \(longest)-----\n")
        }
    }

    func test_a_begin_without_its_end_is_named_by_label_and_line() {
        let text = "-----BEGIN ONE-----\nAQI=\n"
        assertThrows(PEMDocument.Failure.unterminated(label: "ONE", line: 1)) { _ = try PEMDocument(text) }
        let nested = text + PEMDocument.text(label: "TWO", [1])
        assertThrows(PEMDocument.Failure.unterminated(label: "ONE", line: 1)) { _ = try PEMDocument(nested) }
        XCTAssertNoThrow(try PEMDocument(text + "-----END ONE-----"))
    }

    func test_an_end_of_another_block_is_named_by_label_and_line() {
        assertThrows(PEMDocument.Failure.mismatchedEnd(label: "TWO", line: 3)) {
            _ = try PEMDocument("-----BEGIN ONE-----\nAQI=\n-----END TWO-----\n")
        }
        assertThrows(PEMDocument.Failure.mismatchedEnd(label: "ONE", line: 1)) {
            _ = try PEMDocument("-----END ONE-----\n")
        }
    }

    func test_a_body_that_is_not_base64_is_named_by_label_and_line() {
        for body in ["AQI", "AQ!=", "AQI=AQI=", "AQI=\n: AQ"] {
            assertThrows(PEMDocument.Failure.invalidBase64(label: "ONE", line: 1)) {
                _ = try PEMDocument("-----BEGIN ONE-----\n\(body)\n-----END ONE-----\n")
            }
        }
    }

    func test_headers_of_the_older_form_are_allowed_only_before_the_body() throws {
        let text = "-----BEGIN ONE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAQI=\n-----END ONE-----\n"
        XCTAssertEqual(try PEMDocument(text).blocks.first?.bytes, [1, 2])
        let late = "-----BEGIN ONE-----\nAQIC\nLate: header\nAQI=\n-----END ONE-----\n"
        assertThrows(PEMDocument.Failure.invalidBase64(label: "ONE", line: 1)) { _ = try PEMDocument(late) }
    }

    func test_a_hostile_label_is_escaped_in_the_message() {
        let failure = PEMDocument.Failure.unterminated(label: "A\u{1B}[2J", line: 1)
        XCTAssertEqual(failure.text, "BEGIN A\\u{1b}[2J in line 1 has no END")
    }
}
