// SPDX-License-Identifier: Apache-2.0
// When successors of evidence are fetched.

import CertAuth
import XCTest

final class RefreshScheduleTests: XCTestCase {
    private let start = Timestamp(secondsSince1970: 1_000_000)

    private func due(
        _ life: Int64?,
        freshness: Int64? = nil,
        failures: Int = 0,
        spread: UInt8 = 0
    ) -> Int64 {
        RefreshSchedule(
            fetchedAt: start,
            end: life.map { start.adding(seconds: $0) },
            freshness: freshness,
            failures: failures,
            spread: spread
        ).due.secondsSince1970 - start.secondsSince1970
    }

    func test_a_successor_is_fetched_after_three_quarters_of_the_lifetime() {
        XCTAssertEqual(due(400), 300)
        XCTAssertEqual(due(7 * 86_400), 7 * 86_400 / 4 * 3)
        XCTAssertEqual(due(nil), 225)
        XCTAssertEqual(due(0), 1)
        XCTAssertEqual(due(-100), 1)
    }

    func test_a_server_may_shorten_the_interval_but_not_below_the_minimum() {
        XCTAssertEqual(due(86_400, freshness: 3_600), 3_600)
        XCTAssertEqual(due(86_400, freshness: 0), 60)
        XCTAssertEqual(due(400, freshness: 3_600), 300)
    }

    func test_lists_fetched_together_are_refreshed_at_different_times() {
        XCTAssertEqual(due(400, spread: 255), 270)
        XCTAssertEqual(due(400, spread: 127), 286)
    }

    func test_a_failed_refresh_is_retried_sixteen_times_before_expiry_and_then_at_most_every_minute() {
        XCTAssertEqual(due(400, failures: 1), 306)
        XCTAssertEqual(due(400, failures: 16), 396)
        XCTAssertEqual(due(86_400, failures: 1), 64_860)
        XCTAssertEqual(due(8, failures: 3), 9)
    }
}
