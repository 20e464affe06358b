// SPDX-License-Identifier: Apache-2.0
// All fetched evidence in a store counts towards its limits, whether or not the source still offers it.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class EvidenceStoreBoundTests: XCTestCase {
    private func list(_ stage: Stage, _ number: Int, age: Int64) throws -> CertificateRevocationList {
        let list = try stage.issuing.revocationList(number: number) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
        }
        return try CertificateRevocationList(derEncoded: list.derEncoded)
    }

    /// The numbers in a store of this size after a source has delivered these lists in order.
    private func held(_ lists: [CertificateRevocationList], bytes: Int, capacity: Int = 10, in stage: Stage) throws
        -> [String]
    {
        let alice = try stage.issuing.issue("alice").certificate
        let path = CandidatePath(certificates: [alice, try stage.issuing.certificate, try stage.root.certificate])
        let need = EvidenceNeed(path: path, index: 0, presented: [], anchors: nil, options: try stage.options())
        let store = RevocationEvidenceStore(capacity: capacity, maximumListBytes: bytes)
        let key = EvidenceKey(EvidenceSource(.revocationList, at: "http://a.example/"), about: alice)
        for list in lists {
            let arrival = Arrival(fetchedAt: Stage.moment)
            let admission = store.admit(.list(list), for: need, key: key, arrival: arrival, at: Stage.moment)
            XCTAssertEqual(admission, .held)
        }
        return store.revocationLists.compactMap { $0.number.map { "\($0)" } }
    }

    func test_a_list_that_its_source_has_replaced_but_not_superseded_is_evicted_first() throws {
        let stage = try Stage()
        // The numbers restarted, so the later lists supersede no earlier one.
        let lists = try [(3, 9_000), (2, 7_200), (1, 3_600)].map { try list(stage, $0.0, age: Int64($0.1)) }
        let bytes = lists.map(\.derEncoded.count)
        XCTAssertEqual(try held(lists, bytes: bytes.reduce(0, +), in: stage), ["3", "2", "1"])
        XCTAssertEqual(try held(lists, bytes: bytes.reduce(0, +) - 1, in: stage), ["2", "1"])
        XCTAssertEqual(try held(lists, bytes: bytes[2], in: stage), ["1"])
        XCTAssertEqual(try held(lists, bytes: .max, capacity: 2, in: stage), ["2", "1"])
        XCTAssertEqual(try held(lists, bytes: .max, capacity: 1, in: stage), ["1"])
    }
}
