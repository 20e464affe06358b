// SPDX-License-Identifier: Apache-2.0
// How a store treats a fetched list whose thisUpdate is in the future.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class FutureAdmissionTests: XCTestCase {
    private var stage: Stage!
    private var key: EvidenceKey!
    private var need: EvidenceNeed!

    override func setUpWithError() throws {
        stage = try Stage()
        let alice = try stage.root.issue("alice").certificate
        let root = try stage.root.certificate
        key = EvidenceKey(EvidenceSource(.revocationList, at: "http://crl.example/1.crl"), about: alice)
        need = EvidenceNeed(
            path: CandidatePath(certificates: [alice, root]),
            index: 0,
            presented: [],
            anchors: try TrustStore(certificates: [root]),
            options: try stage.options {
                $0.revocationMode = .online
                $0.revocation.clockSkew = .seconds(60)
            }
        )
    }

    private func admit(_ number: Int, age: Int64, into store: RevocationEvidenceStore, at now: Timestamp) throws
        -> String
    {
        let list = try stage.root.revocationList(number: number) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
            $0.nextUpdate = .automatic(Stage.moment.adding(seconds: 400_000))
        }
        let admission = store.admit(
            .list(try CertificateRevocationList(derEncoded: list.derEncoded)),
            for: need,
            key: key,
            arrival: Arrival(fetchedAt: now, entityTag: nil, freshness: nil),
            at: now
        )
        return switch admission {
        case .held: "held"
        case .unsettled: "unsettled"
        case .refused(let cause): cause.kind.rawValue
        }
    }

    private func numbers(_ store: RevocationEvidenceStore) -> [String] {
        store.revocationLists.map { $0.number.map { "\($0)" } ?? "none" }
    }

    func test_a_list_from_the_future_is_held_in_addition_to_the_current_one() throws {
        let store = RevocationEvidenceStore()
        let now = Stage.moment
        XCTAssertEqual(try admit(6, age: 3_600, into: store, at: now), "held")
        XCTAssertEqual(try admit(7, age: -86_400, into: store, at: now), "held")
        XCTAssertEqual(numbers(store), ["6", "7"])
        // A list that corrects it is accepted, and one older than the current one is not.
        XCTAssertEqual(try admit(8, age: 60, into: store, at: now), "held")
        XCTAssertEqual(numbers(store), ["7", "8"])
        XCTAssertEqual(try admit(5, age: 7_200, into: store, at: now), "rolled-back")
        XCTAssertEqual(numbers(store), ["7", "8"])
    }

    func test_a_list_within_the_skew_replaces_the_current_one() throws {
        for (age, expected) in [(-60, ["7"]), (-61, ["6", "7"])] as [(Int64, [String])] {
            let store = RevocationEvidenceStore()
            XCTAssertEqual(try admit(6, age: 3_600, into: store, at: Stage.moment), "held")
            XCTAssertEqual(try admit(7, age: age, into: store, at: Stage.moment), "held")
            XCTAssertEqual(numbers(store), expected, "\(age)")
        }
    }

    func test_a_list_that_came_while_the_clock_was_ahead_does_not_refuse_the_current_one() throws {
        let store = RevocationEvidenceStore()
        XCTAssertEqual(try admit(7, age: -86_400, into: store, at: Stage.moment.adding(seconds: 90_000)), "held")
        XCTAssertEqual(try admit(6, age: 3_600, into: store, at: Stage.moment), "held")
        XCTAssertEqual(numbers(store), ["7", "6"])
    }
}
