// SPDX-License-Identifier: Apache-2.0
// The clock that advances only when it is told to.

import CertAuth
import CertAuthTesting
import XCTest

final class TestClockTests: XCTestCase {
    func test_the_clock_does_not_advance_until_it_is_moved() {
        let start = Timestamp(secondsSince1970: 1_000_000)
        let clock = TestClock(start)
        let seen = clock.verificationClock
        XCTAssertEqual(seen.now(), start)
        clock.advance(by: .seconds(60))
        XCTAssertEqual(seen.now(), Timestamp(secondsSince1970: 1_000_060))
        clock.set(to: start)
        XCTAssertEqual(seen.now(), start)
    }
}
