// SPDX-License-Identifier: Apache-2.0
// Times in UTCTime and GeneralizedTime.

import CertAuth
import CertAuthTesting
import XCTest

final class TimeTemplateTests: XCTestCase {
    private func text(_ template: TimeTemplate) -> String {
        let bytes = template.encoded
        return "\(String(bytes[0], radix: 16)) \(String(decoding: bytes.dropFirst(2), as: UTF8.self))"
    }

    func test_the_form_changes_between_2049_and_2050() throws {
        let last = try XCTUnwrap(Timestamp(iso8601: "2049-12-31T23:59:59Z"))
        XCTAssertEqual(text(.automatic(last)), "17 491231235959Z")
        XCTAssertEqual(text(.automatic(last.adding(seconds: 1))), "18 20500101000000Z")
    }

    func test_the_form_changes_between_1949_and_1950() throws {
        let first = try XCTUnwrap(Timestamp(iso8601: "1950-01-01T00:00:00Z"))
        XCTAssertEqual(text(.automatic(first)), "17 500101000000Z")
        XCTAssertEqual(text(.automatic(first.adding(seconds: -1))), "18 19491231235959Z")
    }

    func test_either_form_can_be_forced_and_fractions_are_cut_off() {
        let time = Timestamp(millisecondsSince1970: 951_782_400_999)
        XCTAssertEqual(text(.utcTime(time)), "17 000229000000Z")
        XCTAssertEqual(text(.generalizedTime(time)), "18 20000229000000Z")
        XCTAssertEqual(text(.raw(tag: 0x17, text: "9902300000Z")), "17 9902300000Z")
    }
}
