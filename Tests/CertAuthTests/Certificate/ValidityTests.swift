// SPDX-License-Identifier: Apache-2.0
// Validity periods in UTCTime and GeneralizedTime.

import CertAuth
import CertAuthTesting
import XCTest

final class ValidityTests: XCTestCase {
    private func validity(_ notBefore: TimeTemplate, _ notAfter: TimeTemplate) throws -> Validity {
        try Stage().issuing.issue("alice") {
            $0.notBefore = notBefore
            $0.notAfter = notAfter
        }.certificate.validity
    }

    func test_the_change_from_utc_to_generalized_time_loses_no_second() throws {
        let last = try XCTUnwrap(Timestamp(iso8601: "2049-12-31T23:59:59Z"))
        let first = try XCTUnwrap(Timestamp(iso8601: "2050-01-01T00:00:00Z"))
        let validity = try validity(.utcTime(last), .generalizedTime(first))
        XCTAssertEqual(validity.notBefore, last)
        XCTAssertEqual(validity.notAfter, first)
        XCTAssertEqual(first.secondsSince1970 - last.secondsSince1970, 1)
    }

    func test_a_utc_time_from_50_on_is_in_the_last_century() throws {
        let validity = try validity(.raw(tag: 0x17, text: "500101000000Z"), .raw(tag: 0x17, text: "491231235959Z"))
        XCTAssertEqual(validity.notBefore.description, "1950-01-01T00:00:00Z")
        XCTAssertEqual(validity.notAfter.description, "2049-12-31T23:59:59Z")
    }

    func test_the_time_without_an_expiry_date_is_read() throws {
        let validity = try validity(
            .raw(tag: 0x18, text: "20200101000000Z"),
            .raw(tag: 0x18, text: "99991231235959Z")
        )
        XCTAssertEqual(validity.notAfter.description, "9999-12-31T23:59:59Z")
    }

    func test_both_ends_belong_to_the_period() throws {
        let start = Stage.moment
        let validity = try validity(.automatic(start), .automatic(start.adding(seconds: 10)))
        XCTAssertFalse(validity.contains(Timestamp(millisecondsSince1970: start.millisecondsSince1970 - 1)))
        XCTAssertTrue(validity.contains(start))
        XCTAssertTrue(validity.contains(start.adding(seconds: 10)))
        // The last second is included to its end.
        XCTAssertTrue(validity.contains(Timestamp(millisecondsSince1970: start.millisecondsSince1970 + 10_999)))
        XCTAssertFalse(validity.contains(Timestamp(millisecondsSince1970: start.millisecondsSince1970 + 11_000)))
    }

    func test_times_that_der_forbids_make_the_certificate_malformed() throws {
        for text in ["2001010000Z", "200101000000+0000", "200230000000Z"] {
            XCTAssertThrowsError(try validity(.raw(tag: 0x17, text: text), .automatic(Stage.moment))) { error in
                guard case .malformed(let reason)? = (error as? CertificateError)?.cause else {
                    return XCTFail("\(error)")
                }
                XCTAssertEqual(reason.reason, .invalidValue("a time not in the form [YY]YYMMDDhhmmssZ"))
            }
        }
    }
}
