// SPDX-License-Identifier: Apache-2.0
// JSON values are written as valid JSON, with members in their order.

import CertAuth
import Foundation
import XCTest

final class JSONValueTests: XCTestCase {
    private let value: JSONValue = [
        "z": .integer(-1), "a": .array([.null, .bool(true), .string("x")]), "empty": .array([]), "object": .object([]),
    ]

    func test_members_keep_their_order_in_one_line() {
        XCTAssertEqual(value.compact, #"{"z":-1,"a":[null,true,"x"],"empty":[],"object":{}}"#)
    }

    func test_many_lines_are_indented_by_two() {
        XCTAssertEqual(
            value.pretty,
            """
            {
              "z": -1,
              "a": [
                null,
                true,
                "x"
              ],
              "empty": [],
              "object": {}
            }
            """
        )
    }

    func test_each_text_can_be_read_back_and_only_printable_characters_are_written() throws {
        let texts = ["\"\\/", "\u{0}\u{1B}[2J\u{7F}", "\u{202E}\u{2028}\u{FEFF}", "ü漢😀", "\r\n\t", "\u{E0001}"]
        let json = JSONValue.strings(texts).compact
        XCTAssertEqual(try JSONDecoder().decode([String].self, from: Data(json.utf8)), texts)
        XCTAssertTrue(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E })
    }
}
