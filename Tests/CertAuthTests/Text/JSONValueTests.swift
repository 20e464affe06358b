// SPDX-License-Identifier: Apache-2.0
// JSON values are written as valid JSON, with members in their order.

import CertAuth
import Foundation
import XCTest

final class JSONValueTests: XCTestCase {
    private let value: JSONValue = [
        "z": .integer(-1), "a": .array([.null, .bool(true), .string("x")]), "empty": .array([]), "object": .object([]),
    ]

    func testMembersKeepTheirOrderInOneLine() {
        XCTAssertEqual(value.compact, #"{"z":-1,"a":[null,true,"x"],"empty":[],"object":{}}"#)
    }

    func testManyLinesAreIndentedByTwo() {
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

    func testEveryTextSurvivesAndNothingUnprintableIsWritten() throws {
        let texts = ["\"\\/", "\u{0}\u{1B}[2J\u{7F}", "\u{202E}\u{2028}\u{FEFF}", "ü漢😀", "\r\n\t", "\u{E0001}"]
        let json = JSONValue.strings(texts).compact
        XCTAssertEqual(try JSONDecoder().decode([String].self, from: Data(json.utf8)), texts)
        XCTAssertTrue(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E })
    }
}
