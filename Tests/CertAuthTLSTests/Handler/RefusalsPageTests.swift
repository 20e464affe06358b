// SPDX-License-Identifier: Apache-2.0
// The reference page of refusals is generated from the code's tables.

import CertAuth
import CertAuthTLS
import CertAuthTestSupport
import XCTest

final class RefusalsPageTests: XCTestCase {
    func test_the_reference_page_matches_the_code() throws {
        try GeneratedPage.assert("Refusals.md", is: FailureReference.document { $0.alertText })
    }
}
