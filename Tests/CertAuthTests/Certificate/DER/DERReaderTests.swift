// SPDX-License-Identifier: Apache-2.0
// The DER reader on valid and invalid encodings.

import CertAuth
import CertAuthTesting
import XCTest

final class DERReaderTests: XCTestCase {
    func test_a_short_and_a_long_length_are_read_in_their_shortest_form() throws {
        for count in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            var reader = DERReader(DER.octetString([UInt8](repeating: 7, count: count)))
            XCTAssertEqual(try reader.value(DERTag.octetString).contents.count, count)
            XCTAssertTrue(reader.isAtEnd)
        }
    }

    func test_a_length_that_is_not_in_its_shortest_form_is_refused() {
        for octets in 1...4 {
            var reader = DERReader(DER.value(0x04, [1, 2, 3], lengthOctets: octets))
            assertThrows(DERError(.invalidLength, at: 1)) { _ = try reader.value() }
        }
        var padded = DERReader(DER.value(0x04, [UInt8](repeating: 0, count: 200), lengthOctets: 2))
        assertThrows(DERError(.invalidLength, at: 1)) { _ = try padded.value() }
    }

    func test_an_indefinite_length_is_refused() {
        var reader = DERReader([0x30, 0x80, 0x05, 0x00, 0x00, 0x00])
        assertThrows(DERError(.invalidLength, at: 1)) { _ = try reader.value() }
    }

    func test_a_length_of_more_than_four_bytes_is_refused() {
        var reader = DERReader([0x04, 0x85, 1, 0, 0, 0, 0])
        assertThrows(DERError(.invalidLength, at: 1)) { _ = try reader.value() }
    }

    func test_the_largest_length_that_can_be_written_is_truncated_not_a_trap() {
        var reader = DERReader([0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0])
        assertThrows(DERError(.truncated, at: 0)) { _ = try reader.value() }
    }

    func test_a_tag_number_above_thirty_is_refused() {
        var reader = DERReader([0x1F, 0x81, 0x00, 0x00])
        assertThrows(DERError(.unsupportedTag, at: 0)) { _ = try reader.value() }
    }

    func test_another_tag_than_expected_is_named_with_both() {
        var reader = DERReader(DER.null)
        assertThrows(DERError(.unexpectedTag(found: 0x05, expected: 0x02), at: 0)) { _ = try reader.integer() }
    }

    func test_nothing_left_is_truncated() {
        var reader = DERReader([])
        assertThrows(DERError(.truncated, at: 0)) { _ = try reader.value() }
        assertThrows(DERError(.truncated, at: 0)) { _ = try reader.value(DERTag.null) }
    }

    func test_bytes_after_the_last_value_are_counted() throws {
        var reader = DERReader(DER.null + [1, 2, 3])
        _ = try reader.value(DERTag.null)
        assertThrows(DERError(.trailingBytes(count: 3), at: 2)) { try reader.finish() }
        var exact = DERReader(DER.null)
        _ = try exact.value(DERTag.null)
        XCTAssertNoThrow(try exact.finish())
    }

    func test_a_boolean_is_one_byte_of_two_values() throws {
        var reader = DERReader(DER.boolean(true) + DER.boolean(false) + DER.value(0x01, [0x01]))
        XCTAssertTrue(try reader.boolean())
        XCTAssertFalse(try reader.boolean())
        assertThrows(DERError(.invalidValue("a BOOLEAN is one byte, 0x00 or 0xff"), at: 6)) {
            _ = try reader.boolean()
        }
    }

    func test_an_integer_without_contents_or_with_padding_is_refused() throws {
        var empty = DERReader(DER.integer(contents: []))
        assertThrows(DERError(.invalidValue("an INTEGER without contents"), at: 0)) { _ = try empty.integer() }
        for contents: [UInt8] in [[0x00, 0x7F], [0xFF, 0x80]] {
            var padded = DERReader(DER.integer(contents: contents))
            assertThrows(DERError(.invalidValue("an INTEGER with a padding byte"), at: 0)) { _ = try padded.integer() }
        }
        for contents: [UInt8] in [[0x00], [0x00, 0x80], [0xFF], [0xFF, 0x7F]] {
            var exact = DERReader(DER.integer(contents: contents))
            XCTAssertEqual(Array(try exact.integer()), contents)
        }
    }

    func test_a_small_number_is_not_negative_and_fits_into_31_bits() throws {
        func number(_ contents: [UInt8]) throws -> Int {
            var reader = DERReader(DER.integer(contents: contents))
            return try DERReader.smallNumber(reader.value())
        }
        XCTAssertEqual(try number([0]), 0)
        XCTAssertEqual(try number([0x7F, 0xFF, 0xFF, 0xFF]), 2_147_483_647)
        assertThrows(DERError(.invalidValue("a negative number"), at: 0)) { _ = try number([0x80]) }
        assertThrows(DERError(.invalidValue("a number of more than 31 bits"), at: 0)) {
            _ = try number([0, 0x80, 0, 0, 0])
        }
    }

    func test_a_bit_string_counts_its_unused_bits_and_leaves_them_zero() throws {
        var reader = DERReader(DER.bitString([0xA0], unusedBits: 5))
        let bits = try reader.bitString()
        XCTAssertEqual(bits.unusedBits, 5)
        XCTAssertEqual(Array(bits.bytes), [0xA0])
        let wrong: [([UInt8], String)] = [
            ([], "a BIT STRING without a valid count of unused bits"),
            ([8, 0], "a BIT STRING without a valid count of unused bits"),
            ([1], "an empty BIT STRING with unused bits"), ([5, 0xA1], "a BIT STRING with unused bits set"),
        ]
        for (contents, reason) in wrong {
            var reader = DERReader(DER.value(0x03, contents))
            assertThrows(DERError(.invalidValue(reason), at: 0)) { _ = try reader.bitString() }
        }
    }

    func test_times_are_read_only_in_the_form_of_the_rfc() throws {
        let right: [(UInt8, String, String)] = [
            (0x17, "500101000000Z", "1950-01-01T00:00:00Z"), (0x17, "491231235959Z", "2049-12-31T23:59:59Z"),
            (0x17, "000229120000Z", "2000-02-29T12:00:00Z"), (0x18, "20500101000000Z", "2050-01-01T00:00:00Z"),
            (0x18, "99991231235959Z", "9999-12-31T23:59:59Z"), (0x18, "00000101000000Z", "0000-01-01T00:00:00Z"),
        ]
        for (tag, text, expected) in right {
            var reader = DERReader(DER.value(tag, Array(text.utf8)))
            XCTAssertEqual(try reader.time().description, expected)
        }
        let wrong: [(UInt8, String)] = [
            (0x17, "5001010000Z"), (0x17, "500101000000"), (0x17, "500101000000+0100"), (0x17, "010229000000Z"),
            (0x17, "501301000000Z"), (0x17, "500100000000Z"), (0x17, "500101240000Z"), (0x17, "500101006000Z"),
            (0x17, "500101000060Z"), (0x17, "5001010000 0Z"), (0x18, "20500101000000.5Z"), (0x18, "500101000000Z"),
            (0x18, "21000229000000Z"), (0x17, ""),
        ]
        for (tag, text) in wrong {
            var reader = DERReader(DER.value(tag, Array(text.utf8)))
            assertThrows(DERError(.invalidValue("a time not in the form [YY]YYMMDDhhmmssZ"), at: 0)) {
                _ = try reader.time()
            }
        }
        var number = DERReader(DER.integer(5))
        assertThrows(DERError(.unexpectedTag(found: 0x02, expected: 0x17), at: 0)) { _ = try number.time() }
    }

    func test_every_truncation_of_a_certificate_is_refused_and_the_whole_is_read() throws {
        let whole = try Stage().issuing.issue("alice") {
            $0.extensions.replace(.subjectAlternativeNames([.dns("a.example.com"), .userPrincipalName("a@b")]))
        }.certificateDER
        for count in 0..<whole.count {
            XCTAssertThrowsError(try Certificate(derEncoded: Array(whole[..<count]))) { error in
                guard case .malformed(let reason)? = (error as? CertificateError)?.cause else {
                    return XCTFail("\(count) bytes: \(error)")
                }
                XCTAssertEqual(reason.reason, .truncated)
            }
        }
        XCTAssertEqual(try Certificate(derEncoded: whole).derEncoded, whole)
    }

    func test_bytes_after_a_certificate_are_refused() throws {
        let identity = try Stage().issuing.issue("alice") { $0.trailingBytes = [0, 0] }
        let count = identity.certificateDER.count - 2
        assertThrows(CertificateError.malformed(DERError(.trailingBytes(count: 2), at: count))) {
            _ = try identity.certificate
        }
        let parsed = try Certificate(derEncoded: Array(identity.certificateDER.dropLast(2)))
        XCTAssertEqual(parsed.subject.rfc4514, "CN=alice")
    }

    func test_an_error_names_what_failed_and_where() {
        XCTAssertEqual(
            DERError(.unexpectedTag(found: 0x05, expected: 0x30), at: 17).description,
            "DER offset 17: found tag 0x5, expected 0x30"
        )
        XCTAssertEqual(DERError(.trailingBytes(count: 2), at: 4).description, "DER offset 4: 2 bytes after the value")
    }
}
