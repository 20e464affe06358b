// SPDX-License-Identifier: Apache-2.0

import XCTest

@testable import CertAuth

final class MomentIndexTests: XCTestCase {
    func test_the_first_moment_that_is_not_before_another_is_found_as_by_a_walk() {
        let moments = [5, 1, 9, 5, 30, -4].map { Timestamp(secondsSince1970: $0) }
        for count in 0...moments.count {
            let index = MomentIndex(Array(moments.prefix(count)))
            for second in Int64(-6)...32 {
                let now = Timestamp(secondsSince1970: second)
                let walked = moments.prefix(count).filter { $0 >= now }.min()
                XCTAssertEqual(index.first(notBefore: now), walked, "\(count) moments, \(second)")
                let shifted = moments.prefix(count).map { $0.adding(seconds: -3).lastMomentBefore }
                XCTAssertEqual(
                    index.first(notBefore: now) { $0.adding(seconds: -3).lastMomentBefore },
                    shifted.filter { $0 >= now }.min(),
                    "\(count) moments, \(second)"
                )
            }
        }
    }

    func test_a_search_through_ten_times_as_many_moments_compares_four_more() {
        let visits = [1_000, 10_000].map { count in
            let index = MomentIndex((0..<count).map { Timestamp(secondsSince1970: Int64($0)) })
            return VisitCounter.count { _ = index.first(notBefore: Timestamp(secondsSince1970: 700)) }
        }
        XCTAssertLessThanOrEqual(visits[1], visits[0] + 4)
    }
}
