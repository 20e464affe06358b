// SPDX-License-Identifier: Apache-2.0
// The classes of ASCII characters, for all 256 bytes.

import CertAuth
import XCTest

final class ASCIITests: XCTestCase {
    private let digits = "0123456789"
    private let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private let small = "abcdefghijklmnopqrstuvwxyz"

    private func assertMembers(_ expected: String, line: UInt = #line, _ isMember: (UInt8) -> Bool) {
        let found = (0...255).map { UInt8($0) }.filter(isMember)
        XCTAssertEqual(found, Array(expected.utf8).sorted(), line: line)
    }

    func test_each_class_has_its_members_and_no_others() {
        assertMembers(digits) { $0.isASCIIDigit }
        assertMembers(capitals) { $0.isASCIIUppercase }
        assertMembers(small) { $0.isASCIILowercase }
        assertMembers(capitals + small) { $0.isASCIILetter }
        assertMembers(digits + capitals + small) { $0.isASCIIAlphanumeric }
        assertMembers("0123456789ABCDEFabcdef") { $0.isHexadecimalDigit }
        assertMembers(" \t") { $0.isBlank }
        assertMembers(digits + capitals + small + "!#$%&'*+-.^_`|~") { $0.isTokenCharacter }
        XCTAssertEqual((0...255).map { UInt8($0) }.filter(\.isVisibleASCII), Array(0x21...0x7E))
    }

    func test_hexadecimal_digits_have_their_values() {
        XCTAssertEqual("0123456789abcdef".utf8.map(\.hexadecimalValue), (0...15).map { UInt8($0) })
        XCTAssertEqual("0123456789ABCDEF".utf8.map(\.hexadecimalValue), (0...15).map { UInt8($0) })
    }

    func test_lowercasing_changes_only_capitals() {
        let changed = (0...255).map { UInt8($0) }.filter { $0.lowercasedASCII != $0 }
        XCTAssertEqual(changed, Array(capitals.utf8))
        XCTAssertEqual(changed.map(\.lowercasedASCII), Array(small.utf8))
    }

    func test_a_text_of_digits_contains_only_digits() {
        for text in ["", "0", "0123456789"] { XCTAssertTrue(text.utf8.areASCIIDigits, text) }
        for text in ["-1", "1 ", "a", "٣", "1.0"] { XCTAssertFalse(text.utf8.areASCIIDigits, text) }
    }
}
