// SPDX-License-Identifier: Apache-2.0
// Equal verdicts of plain and tuned verification over vectors that others wrote; skipped where they are absent.

import CertAuth
import CertAuthOpenSSL
import XCTest

final class EqualVerdictVectorTests: XCTestCase {
    func test_verdicts_over_the_vectors_do_not_depend_on_tuning() throws {
        let judge = ConformanceJudge(profile: .rfc5280)
        var counts = (accepted: 0, refused: 0)
        for suite in try ConformanceVectors().suites() {
            for testCase in suite.testcases where testCase.mode == "path" {
                let tuned = try Tuning.with(isOn: true) { try judge.verdict(on: testCase) }
                let plain = try Tuning.with(isOn: false) { try judge.verdict(on: testCase) }
                XCTAssertEqual(tuned, plain, testCase.id)
                if case .accepted = tuned { counts.accepted += 1 } else { counts.refused += 1 }
            }
        }
        XCTAssertGreaterThan(counts.accepted, 150)
        XCTAssertGreaterThan(counts.refused, 250)
    }
}
