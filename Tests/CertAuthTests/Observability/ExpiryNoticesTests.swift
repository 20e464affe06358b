// SPDX-License-Identifier: Apache-2.0
// Each certificate is reported once a day, and the memory for that is bounded.

import XCTest

@testable import CertAuth

final class ExpiryNoticesTests: XCTestCase {
    private func thumbprint(_ index: Int) throws -> Thumbprint { try Certificate.digest(of: Array("\(index)".utf8)) }

    func test_a_certificate_is_due_once_a_day_and_again_on_the_next() throws {
        let notices = ExpiryNotices()
        let lastSecond = try XCTUnwrap(Timestamp(iso8601: "2026-11-28T23:59:59Z"))
        let first = try thumbprint(1)
        XCTAssertTrue(notices.take(for: first, at: lastSecond))
        XCTAssertFalse(notices.take(for: first, at: lastSecond))
        XCTAssertTrue(notices.take(for: try thumbprint(2), at: lastSecond))
        XCTAssertTrue(notices.take(for: first, at: lastSecond.adding(seconds: 1)))
        XCTAssertFalse(notices.take(for: first, at: lastSecond.adding(seconds: 86_400)))
        XCTAssertTrue(notices.take(for: first, at: lastSecond.adding(seconds: 86_401)))
    }

    func test_a_replacement_does_not_report_again_what_was_reported() throws {
        let (former, current) = (ExpiryNotices(), ExpiryNotices())
        let now = try XCTUnwrap(Timestamp(iso8601: "2026-11-28T12:00:00Z"))
        XCTAssertTrue(former.take(for: try thumbprint(1), at: now))
        current.takeOver(from: former)
        XCTAssertFalse(current.take(for: try thumbprint(1), at: now))
        XCTAssertTrue(current.take(for: try thumbprint(2), at: now))
    }

    func test_a_line_that_was_suppressed_is_due_again() throws {
        let notices = ExpiryNotices()
        let now = try XCTUnwrap(Timestamp(iso8601: "2026-11-28T12:00:00Z"))
        let first = try thumbprint(1)
        XCTAssertTrue(notices.take(for: first, at: now))
        notices.giveBack(first)
        XCTAssertTrue(notices.take(for: first, at: now))
    }

    func test_beyond_the_limit_certificates_are_not_remembered_and_not_due() throws {
        let notices = ExpiryNotices()
        let now = try XCTUnwrap(Timestamp(iso8601: "2026-11-28T12:00:00Z"))
        for index in 0..<ExpiryNotices.mostCertificates {
            XCTAssertTrue(notices.take(for: try thumbprint(index), at: now))
        }
        XCTAssertFalse(notices.take(for: try thumbprint(-1), at: now))
        XCTAssertTrue(notices.take(for: try thumbprint(-1), at: now.adding(seconds: 86_400)))
    }
}
