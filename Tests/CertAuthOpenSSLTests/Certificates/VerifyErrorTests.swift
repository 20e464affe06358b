// SPDX-License-Identifier: Apache-2.0
// Each verification error of OpenSSL has a meaning and a message of our own.

import CertAuthOpenSSL
import XCTest

final class VerifyErrorTests: XCTestCase {
    /// All codes for which this OpenSSL has a text, except 0, which is no error.
    private var knownCodes: [Int32] {
        (1...1_000).filter { !VerifyError(code: $0, depth: 0).text.hasPrefix("unknown certificate verification") }
    }

    func test_every_code_of_OpenSSL_is_explained() {
        XCTAssertGreaterThanOrEqual(knownCodes.count, 94)
        for code in knownCodes {
            let error = VerifyError(code: code, depth: 0)
            guard let explanation = error.explanation else {
                XCTFail("\(code), \(error.text): no explanation")
                continue
            }
            for text in [explanation.found, explanation.expected, explanation.remedy] {
                XCTAssertFalse(text.isEmpty, "\(code)")
                XCTAssertFalse(text.contains(error.text), "\(code): OpenSSL's own words")
            }
        }
        XCTAssertNil(VerifyError(code: 0, depth: 0).explanation)
        XCTAssertNil(VerifyError(code: 9_999, depth: 0).explanation)
    }

    /// `.other` refuses as untrusted; only checks of purposes other than client authentication may map to it.
    func test_few_codes_have_no_condition_of_their_own() {
        let others = knownCodes.filter { VerifyError(code: $0, depth: 0).condition == .other }
        let expected: [ClosedRange<Int32>] = [5...5, 15...16, 46...46, 55...65, 71...71, 73...75, 80...93, 95...101]
        for code in others {
            XCTAssertTrue(expected.contains { $0.contains(code) }, "\(code), \(VerifyError(code: code, depth: 0).text)")
        }
    }
}
