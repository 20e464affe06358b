// SPDX-License-Identifier: Apache-2.0
// Which names become claims.

import CertAuth
import CertAuthTesting
import XCTest

final class ClaimMappingTests: XCTestCase {
    private static let mailbox = "ceo@victim.example"

    func test_an_emailAddress_beside_alternative_names_is_no_claim() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("mallory") {
            $0.subject = $0.subject.appending(.emailAddress, Self.mailbox)
            $0.extensions.replace(.subjectAlternativeNames([.dns("x.example")]))
        }
        let principal = ClaimMapping(claimsIssuer: nil).principal(of: try identity.certificate)
        XCTAssertEqual(principal.all(.email), [])
        XCTAssertEqual(principal.all(.dns), ["x.example"])
    }

    func test_an_emailAddress_without_alternative_names_is_one_as_the_constraints_govern_it() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("alice") {
            $0.subject = $0.subject.appending(.emailAddress, Self.mailbox)
        }
        let principal = ClaimMapping(claimsIssuer: nil).principal(of: try identity.certificate)
        XCTAssertEqual(principal.all(.email), [Self.mailbox])
    }
}
