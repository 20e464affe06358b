// SPDX-License-Identifier: Apache-2.0
// The count of values a parser would have to read, which no encoding can make too small.

import CertAuth
import CertAuthTesting
import XCTest

final class CertificateOutlineTests: XCTestCase {
    private func count(_ bytes: [UInt8]) -> Int { CertificateOutline.valueCount(of: bytes, limit: 100_000) }

    private let hundred = [[UInt8]](repeating: DER.null, count: 100)

    func test_every_value_counts_once() {
        XCTAssertEqual(count(DER.null), 1)
        XCTAssertEqual(count(DER.sequence([])), 1)
        XCTAssertEqual(count(DER.sequence(hundred)), 101)
        XCTAssertEqual(count(DER.set([DER.sequence([DER.null]), DER.null])), 4)
        XCTAssertEqual(count(DER.constructed(0, hundred)), 101)
        XCTAssertEqual(count(DER.octetString([1, 2, 3])), 1)
    }

    func test_values_in_an_octet_string_count() {
        XCTAssertEqual(count(DER.octetString(DER.sequence(hundred))), 102)
        let behind = DER.sequence(hundred) + [0]
        XCTAssertGreaterThan(count(DER.octetString(behind)), 101, "OpenSSL does not look behind the SEQUENCE")
    }

    func test_encodings_only_valid_in_BER_count_as_the_most_values_they_may_contain() {
        let elements = hundred.flatMap { $0 }
        let indefinite = [0x30, 0x80] + elements + [0, 0]
        let pieces = DER.value(0x24, DER.octetString(DER.sequence(hundred)))
        let high = DER.sequence([[0x3F, 0x22] + DER.sequence(hundred).dropFirst()] + hundred)
        let long = [0x30, 0x85, 0, 0, 0, 0, UInt8(elements.count)] + elements
        for (name, bytes) in [("indefinite", indefinite), ("pieces", pieces), ("high tag", high), ("long", long)] {
            XCTAssertGreaterThanOrEqual(count(bytes), 101, name)
            XCTAssertGreaterThanOrEqual(count(DER.octetString(DER.sequence([bytes]))), 101, name)
        }
    }

    func test_deeply_nested_values_are_counted() {
        var deep = DER.sequence(hundred)
        for _ in 0..<200 { deep = DER.sequence([deep]) }
        XCTAssertGreaterThan(count(deep), 300)
    }

    func test_counting_ends_above_the_limit() {
        let many = DER.sequence([[UInt8]](repeating: DER.null, count: 10_000))
        XCTAssertEqual(CertificateOutline.valueCount(of: many, limit: 10_001), 10_001)
        XCTAssertEqual(CertificateOutline.valueCount(of: many, limit: 50), 51)
    }
}
