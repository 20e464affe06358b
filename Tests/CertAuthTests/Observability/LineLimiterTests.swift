// SPDX-License-Identifier: Apache-2.0
// No flood of lines hides others, and no number of keys takes memory without bound.

import CertAuth
import CertAuthTestSupport
import XCTest

final class LineLimiterTests: XCTestCase {
    private let clock = SteadyTestClock()

    private func limiter(_ lines: Int, reserved: Set<String> = []) -> LineLimiter {
        LineLimiter(lines: lines, window: .seconds(10), reserved: reserved) { [clock] in clock.now }
    }

    func test_a_flood_of_one_code_hides_no_other() {
        let limiter = limiter(2)
        for _ in 0..<1_000 { _ = limiter.suppressedBefore("untrusted") }
        XCTAssertNil(limiter.suppressedBefore("untrusted"))
        XCTAssertEqual(limiter.suppressedBefore("revoked"), 0)
        XCTAssertEqual(limiter.suppressedBefore("revoked"), 0)
        XCTAssertNil(limiter.suppressedBefore("revoked"))
    }

    func test_many_invented_codes_share_one_window_and_displace_no_reserved_code() {
        let limiter = limiter(1, reserved: ["revoked"])
        for index in 0..<10_000 { _ = limiter.suppressedBefore("code-\(index)") }
        XCTAssertEqual(limiter.windowCount, 65)
        XCTAssertNil(limiter.suppressedBefore("code-10000"), "shares the window of all further codes")
        XCTAssertEqual(limiter.suppressedBefore("code-63"), nil, "has its own, which is used up")
        XCTAssertEqual(limiter.suppressedBefore("revoked"), 0)
        XCTAssertEqual(limiter.windowCount, 66)
    }

    /// Without reserved keys, as many other keys would take the windows first.
    func test_a_key_that_is_not_reserved_can_be_displaced() {
        let limiter = limiter(1)
        for index in 0..<65 { _ = limiter.suppressedBefore("code-\(index)") }
        XCTAssertNil(limiter.suppressedBefore("revoked"))
    }

    func test_a_code_that_begins_a_new_window_tells_how_many_lines_were_suppressed() {
        let limiter = limiter(1)
        for _ in 0..<5 { _ = limiter.suppressedBefore("expired") }
        clock.advance(bySeconds: 10)
        XCTAssertEqual(limiter.suppressedBefore("expired"), 4)
        clock.advance(bySeconds: 10)
        XCTAssertEqual(limiter.suppressedBefore("expired"), 0)
    }
}
