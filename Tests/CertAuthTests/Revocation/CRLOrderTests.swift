// SPDX-License-Identifier: Apache-2.0
// Which of several available lists of one series count.

import CertAuth
import CertAuthTesting
import XCTest

final class CRLOrderTests: XCTestCase {
    private enum End: Int64 {
        case stale = -60
        case current = 86_400
    }

    private func list(
        _ scene: RevocationScene,
        _ number: Int?,
        age: Int64,
        _ end: End,
        isRevoking: Bool
    ) throws -> TestRevocationList {
        try scene.issuing.revocationList(revoked: isRevoking ? [scene.alice] : [], number: number ?? 1) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
            $0.nextUpdate = .automatic(Stage.moment.adding(seconds: end.rawValue))
            if number == nil { $0.extensions.removeAll { $0 == .crlNumber(1) } }
        }
    }

    /// RFC 5280 §5.2.3: the later list has a smaller number, because the issuer restarted its numbers.
    func test_if_number_and_time_disagree_an_entry_in_either_list_revokes_and_a_current_list_answers() throws {
        let cases: [(old: End, isOldRevoking: Bool, new: End, isNewRevoking: Bool, word: String)] = [
            (.current, false, .current, true, "revoked"), (.stale, false, .current, true, "revoked"),
            (.stale, false, .current, false, "good"), (.current, true, .current, false, "revoked"),
            (.stale, true, .current, false, "revoked"), (.current, false, .stale, false, "good"),
            (.current, false, .stale, true, "revoked"), (.stale, false, .stale, false, "stale"),
            (.current, false, .current, false, "good"),
        ]
        for (index, entry) in cases.enumerated() {
            var scene = try RevocationScene()
            let lists = [
                try list(scene, 1_000, age: 7_200, entry.old, isRevoking: entry.isOldRevoking),
                try list(scene, 1, age: 3_600, entry.new, isRevoking: entry.isNewRevoking),
            ]
            for lists in [lists, lists.reversed()] {
                scene.lists = lists
                XCTAssertEqual(try scene.word(), entry.word, "case \(index)")
            }
        }
    }

    func test_a_hold_ends_with_the_newer_list_and_not_with_its_number() throws {
        let cases: [(old: End, reason: Int, new: End, isNewRevoking: Bool, word: String)] = [
            (.stale, 6, .current, false, "good"), (.current, 6, .current, false, "revoked"),
            (.stale, 6, .stale, false, "revoked"), (.stale, 1, .current, false, "revoked"),
            (.stale, 6, .current, true, "revoked"),
        ]
        for (index, entry) in cases.enumerated() {
            var scene = try RevocationScene()
            let holding = try scene.issuing.revocationList(revoked: [scene.alice], reason: entry.reason, number: 1_000)
            {
                $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -7_200))
                $0.nextUpdate = .automatic(Stage.moment.adding(seconds: entry.old.rawValue))
            }
            let later = try list(scene, 1, age: 3_600, entry.new, isRevoking: entry.isNewRevoking)
            for lists in [[holding, later], [later, holding]] {
                scene.lists = lists
                XCTAssertEqual(try scene.word(), entry.word, "case \(index)")
            }
            scene.lists = [holding]
            XCTAssertEqual(try scene.word(), "revoked", "alone it counts, however old")
        }
    }

    func test_a_later_response_of_a_responders_new_key_overrides_an_older_good_one() throws {
        var scene = try RevocationScene()
        let former = try scene.issuing.issue("Responder", .ocspResponder)
        let renewed = try scene.issuing.issue("Responder", .ocspResponder)
        func response(_ status: TestCertificateStatus, by responder: TestIdentity, age: Int64) throws
            -> [UInt8]
        {
            try scene.issuing.ocspResponse(for: scene.alice, status, responder: responder) {
                $0.producedAt = .generalizedTime(Stage.moment.adding(seconds: -age))
                $0.responses[0].thisUpdate = $0.producedAt
            }
        }
        scene.responses = [
            try response(.good, by: former, age: 1_800), try response(.unknown, by: renewed, age: 600),
        ]
        XCTAssertEqual(try scene.word(), "unknown-to-responder")
        scene.responses = [
            try response(.unknown, by: former, age: 1_800), try response(.good, by: renewed, age: 600),
        ]
        XCTAssertEqual(try scene.word(), "good")
        let stranger = try scene.stage.root.issue("Responder", .ocspResponder)
        scene.responses = [
            try response(.good, by: former, age: 1_800), try response(.unknown, by: stranger, age: 600),
        ]
        XCTAssertEqual(try scene.word(), "good")
    }

    func test_if_number_and_time_agree_only_the_later_list_counts() throws {
        let cases: [(old: End, isOldRevoking: Bool, new: End, isNewRevoking: Bool, word: String)] = [
            (.current, false, .current, true, "revoked"), (.current, true, .current, false, "good"),
            (.current, false, .stale, false, "stale"), (.stale, true, .current, false, "good"),
            (.current, false, .stale, true, "revoked"),
        ]
        for (old, new) in [(5, 6), (nil, 6), (nil, nil)] as [(Int?, Int?)] {
            for (index, entry) in cases.enumerated() {
                var scene = try RevocationScene()
                let lists = [
                    try list(scene, old, age: 7_200, entry.old, isRevoking: entry.isOldRevoking),
                    try list(scene, new, age: 3_600, entry.new, isRevoking: entry.isNewRevoking),
                ]
                for lists in [lists, lists.reversed()] {
                    scene.lists = lists
                    XCTAssertEqual(try scene.word(), entry.word, "case \(index)")
                }
            }
        }
    }

    func test_a_list_from_the_future_that_revokes_is_not_overridden_by_an_older_current_one() throws {
        let cases: [(isOldRevoking: Bool, isFutureRevoking: Bool, age: Int64, word: String)] = [
            (false, true, -3_600, "revoked"), (false, false, -3_600, "good"), (true, false, -3_600, "revoked"),
            (true, false, -30, "good"), (false, true, -30, "revoked"),
        ]
        for (index, entry) in cases.enumerated() {
            var scene = try RevocationScene()
            let lists = [
                try list(scene, 5, age: 7_200, .current, isRevoking: entry.isOldRevoking),
                try list(scene, 6, age: entry.age, .current, isRevoking: entry.isFutureRevoking),
            ]
            for lists in [lists, lists.reversed()] {
                scene.lists = lists
                XCTAssertEqual(try scene.word(), entry.word, "case \(index)")
            }
        }
    }

    func test_a_list_that_lost_its_number_does_not_push_out_one_with_a_number() throws {
        var scene = try RevocationScene()
        scene.lists = [
            try list(scene, 5, age: 7_200, .current, isRevoking: true),
            try list(scene, nil, age: 3_600, .current, isRevoking: false),
        ]
        XCTAssertEqual(try scene.word(), "revoked")
        scene.lists[1] = try list(scene, 6, age: 3_600, .current, isRevoking: false)
        XCTAssertEqual(try scene.word(), "good")
    }

    func test_an_older_good_response_does_not_override_the_same_signers_later_response() throws {
        let hold = TestCertificateStatus.revoked(at: Stage.moment.adding(seconds: -9_000), reason: 6)
        let cases: [(later: TestCertificateStatus, end: End, word: String)] = [
            (.unknown, .current, "unknown-to-responder"), (.unknown, .stale, "stale"), (hold, .stale, "stale"),
            (hold, .current, "revoked"), (.good, .stale, "good"), (.good, .current, "good"),
        ]
        for (index, entry) in cases.enumerated() {
            var scene = try RevocationScene()
            let response = { (status: TestCertificateStatus, age: Int64, end: End) in
                try scene.issuing.ocspResponse(for: scene.alice, status) {
                    $0.producedAt = .generalizedTime(Stage.moment.adding(seconds: -age))
                    $0.responses[0].thisUpdate = .generalizedTime(Stage.moment.adding(seconds: -age))
                    $0.responses[0].nextUpdate = .generalizedTime(Stage.moment.adding(seconds: end.rawValue))
                }
            }
            let responses = [try response(.good, 1_200, .current), try response(entry.later, 600, entry.end)]
            for responses in [responses, responses.reversed()] {
                scene.responses = responses
                XCTAssertEqual(try scene.word(), entry.word, "case \(index)")
            }
            // An earlier statement does not matter.
            scene.responses = [try response(.good, 600, .current), try response(entry.later, 1_200, entry.end)]
            XCTAssertEqual(try scene.word(), entry.word == "revoked" ? "revoked" : "good", "case \(index)")
        }
    }
}
