// SPDX-License-Identifier: Apache-2.0
// External test vectors of certification paths, validated by this library.

import CertAuth
import Logging
import XCTest

final class ConformanceTests: XCTestCase {
    func test_every_certification_path_of_every_suite_is_validated_as_its_authors_expect() throws {
        let judge = ConformanceJudge(profile: .strict)
        var seen: Set<String> = []
        for suite in try ConformanceVectors().suites() {
            var figures = ConformanceFigures()
            for testCase in suite.testcases where testCase.mode == "path" {
                seen.insert(testCase.id)
                guard testCase.tier != "disputed", let verdict = try judge.verdict(on: testCase) else {
                    figures.notCounted += 1
                    continue
                }
                let outcome = ConformanceOutcome(verdict, on: testCase)
                figures.add(outcome, isCore: testCase.tier == "core")
                XCTAssertFalse(outcome.isFailure, "\(testCase.id) (\(testCase.tier)): \(outcome), \(verdict)")
            }
            if figures.counted + figures.notCounted > 0 { print(figures.line(suite.suite)) }
        }
        for divergence in ConformanceDivergence.all {
            XCTAssertTrue(seen.contains(divergence.id), "\(divergence.id) is listed, but there is no such case")
        }
    }

    func test_the_default_profile_never_refuses_what_every_verifier_must_accept() throws {
        let judge = ConformanceJudge(profile: .rfc5280)
        var validated = 0
        for suite in try ConformanceVectors().suites() {
            for testCase in suite.testcases where testCase.mode == "path" && testCase.tier == "core" {
                guard let verdict = try judge.verdict(on: testCase) else { continue }
                validated += 1
                let outcome = ConformanceOutcome(verdict, on: testCase)
                XCTAssertFalse(outcome.isFailure, "\(testCase.id): \(outcome), \(verdict)")
            }
        }
        XCTAssertGreaterThan(validated, 300)
    }
}

extension Logger {
    /// A log handler that discards everything.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}
