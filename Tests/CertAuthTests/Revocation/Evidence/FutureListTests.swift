// SPDX-License-Identifier: Apache-2.0
// A fetched list from the future replaces no list and excludes none.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class FutureListTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func list(_ number: Int, age: Int64) throws -> CertificateRevocationList {
        let list = try stage.root.revocationList(number: number) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
            $0.nextUpdate = .automatic(Stage.moment.adding(seconds: 200_000))
        }
        return try CertificateRevocationList(derEncoded: list.derEncoded)
    }

    private func numbers(_ lists: [CertificateRevocationList], by latest: Timestamp) throws -> [String] {
        let issuer = try stage.root.certificate
        let evidence = try lists.reduce(RevocationEvidence.none) {
            try $0.updated(with: $1, signedBy: issuer, latest: latest)
        }
        return evidence.revocationLists.map { "\($0.number!)" }
    }

    func test_a_list_from_the_future_is_held_in_addition_and_does_not_refuse_its_correction() throws {
        let latest = Stage.moment.adding(seconds: 60)
        let current = try list(6, age: 3_600)
        let future = try list(7, age: -86_400)
        XCTAssertEqual(try numbers([current, future], by: latest), ["6", "7"])
        XCTAssertEqual(try numbers([current, future, list(8, age: 60)], by: latest), ["7", "8"])
        XCTAssertEqual(try numbers([current, list(7, age: -60)], by: latest), ["7"], "clocks differ")
        XCTAssertEqual(try numbers([current, future], by: Stage.moment.adding(seconds: 86_400)), ["7"])
        XCTAssertEqual(try numbers([current, future, list(9, age: -90_000)], by: latest), ["6", "9"])
    }

    func test_with_a_list_from_the_future_an_older_list_is_still_refused() throws {
        let latest = Stage.moment.adding(seconds: 60)
        XCTAssertThrowsError(
            try numbers([list(6, age: 3_600), list(7, age: -86_400), list(5, age: 7_200)], by: latest)
        ) { error in
            guard case .olderThanHeld? = (error as? RevocationUpdateRefusal)?.reason else { return XCTFail("\(error)") }
        }
    }
}
