// SPDX-License-Identifier: Apache-2.0
// When two claims are equal.

import CertAuth
import XCTest

final class ClaimComparisonTests: XCTestCase {
    func test_claims_are_compared_byte_by_byte() {
        let principal = ClaimsPrincipal(
            authenticationType: "Certificate",
            claims: [
                Claim(.name, "\u{212A}elly", issuer: "CertAuth"),
                Claim(.email, "jose\u{301}@b.example", issuer: "CertAuth"),
            ]
        )
        XCTAssertEqual("\u{212A}elly", "Kelly", "Swift takes KELVIN SIGN for a K")
        XCTAssertFalse(principal.has(.name, "Kelly"))
        XCTAssertTrue(principal.has(.name, "\u{212A}elly"))
        XCTAssertFalse(principal.has(.email, "jos\u{e9}@b.example"))
        XCTAssertTrue(principal.has(.email, "jose\u{301}@b.example"))
    }
}
