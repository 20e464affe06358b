// SPDX-License-Identifier: Apache-2.0
// The reference page of checks matches the code.

import CertAuth
import CertAuthTestSupport
import XCTest

final class CheckReferenceTests: XCTestCase {
    func test_every_check_has_one_row_in_its_order() {
        XCTAssertEqual(CheckReference.all.map(\.check), PathChecks.all.map { "\(type(of: $0))" })
        for row in CheckReference.all {
            XCTAssertTrue(row.demand.hasSuffix("."), row.check)
            XCTAssertFalse("\(row)".contains("|"), "a bar would break the table: \(row.check)")
            XCTAssertTrue(row.codes.allSatisfy(FailureCode.all.contains), row.check)
        }
    }

    func test_the_reference_page_matches_the_code() throws {
        try GeneratedPage.assert("Checks.md", is: CheckReference.document)
    }
}
