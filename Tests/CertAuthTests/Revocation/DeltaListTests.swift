// SPDX-License-Identifier: Apache-2.0
// Which delta CRLs update a complete CRL (RFC 5280 §5.2.4), and that the others are not examined.

import CertAuth
import CertAuthTesting
import XCTest

final class DeltaListTests: XCTestCase {
    private var scene: RevocationScene!

    override func setUpWithError() throws { scene = try RevocationScene() }

    private func base(_ number: Int, revoked: [TestIdentity] = [], reason: Int? = nil) throws -> TestRevocationList {
        try scene.issuing.revocationList(revoked: revoked, reason: reason, number: number)
    }

    private func delta(
        _ number: Int,
        from base: Int,
        revoked: [TestIdentity] = [],
        reason: Int? = nil,
        _ change: (inout RevocationListTemplate) throws -> Void = { _ in }
    ) throws -> TestRevocationList {
        try scene.issuing.revocationList(revoked: revoked, reason: reason, number: number) {
            $0.extensions.append(.deltaCRLIndicator(baseNumber: base))
            try change(&$0)
        }
    }

    private func word(_ lists: [TestRevocationList]) throws -> String {
        scene.lists = lists
        let word = try scene.word()
        // The order of the evidence does not matter.
        scene.lists = lists.reversed()
        XCTAssertEqual(try scene.word(), word)
        return word
    }

    /// The numbers of the CRL and of the delta CRL that the status is based on.
    private func numbers(_ lists: [TestRevocationList]) throws -> [String] {
        scene.lists = lists
        guard case .good(let evidence) = try scene.status(), case .crl(let number, let delta) = evidence.source else {
            return []
        }
        return [number, delta].map { $0.map { "\($0)" } ?? "none" }
    }

    func test_the_delta_list_with_the_greatest_number_that_fits_is_used() throws {
        let lists = try [base(10), delta(11, from: 10), delta(13, from: 9), delta(12, from: 10), delta(14, from: 11)]
        XCTAssertEqual(try numbers(lists), ["10", "13"])
        XCTAssertEqual(try numbers(lists.reversed()), ["10", "13"])
        XCTAssertEqual(try numbers([base(10), delta(10, from: 9), delta(9, from: 1)]), ["10", "none"])
    }

    func test_each_fitting_delta_list_can_revoke_unless_a_newer_one_takes_it_back() throws {
        let alice = [scene.alice]
        XCTAssertEqual(try word([base(10), delta(11, from: 10, revoked: alice), delta(12, from: 10)]), "revoked")
        XCTAssertEqual(try word([base(10), delta(11, from: 10), delta(12, from: 10, revoked: alice)]), "revoked")
        XCTAssertEqual(
            try word([base(10), delta(11, from: 10, revoked: alice), delta(12, from: 10, revoked: alice, reason: 8)]),
            "good"
        )
        XCTAssertEqual(try word([base(10), delta(11, from: 11, revoked: alice), delta(12, from: 10)]), "good")
        XCTAssertEqual(try word([base(10), delta(10, from: 9, revoked: alice), delta(12, from: 10)]), "good")
        XCTAssertEqual(
            try word([base(10, revoked: alice, reason: 6), delta(12, from: 10, revoked: alice, reason: 8)]),
            "good"
        )
    }

    func test_an_expired_delta_list_revokes_but_the_newest_current_one_is_used() throws {
        let past = scene.now.adding(seconds: -60)
        let expired = try delta(13, from: 10) { $0.nextUpdate = .automatic(past) }
        XCTAssertEqual(try numbers([base(10), delta(12, from: 10), expired]), ["10", "12"])
        let revoking = try delta(13, from: 10, revoked: [scene.alice]) { $0.nextUpdate = .automatic(past) }
        XCTAssertEqual(try word([base(10), delta(12, from: 10), revoking]), "revoked")
    }

    func test_an_older_delta_list_with_an_unknown_critical_extension_counts() throws {
        let unknown = ExtensionTemplate(try XCTUnwrap(OID([1, 2, 3, 4])), critical: true, value: [5, 0])
        let odd = try delta(11, from: 10, revoked: [scene.alice]) { $0.extensions.append(unknown) }
        XCTAssertEqual(try word([base(10), odd, delta(12, from: 10)]), "listed-under-critical-extension")
    }

    func test_a_delta_list_of_another_key_changes_nothing() throws {
        let forger = try scene.stage.root.intermediate("Stage Issuing")
        let forged = try forger.revocationList(revoked: [scene.alice], number: 20) {
            $0.extensions.append(.deltaCRLIndicator(baseNumber: 10))
        }
        XCTAssertEqual(try numbers([base(10), delta(12, from: 10), forged]), ["10", "12"])
    }

    /// The values that a check visits among delta CRLs made by `make`.
    private func visits(_ count: Int, _ make: (Int) throws -> TestRevocationList) throws -> Int {
        scene.lists = try [base(5_000)] + (1...count).map(make)
        let evidence = try scene.evidence()
        let options = try scene.stage.options {
            $0.revocationMode = .offline
            $0.revocationFlag = .endCertificateOnly
        }
        let path = CandidatePath(
            certificates: [
                try scene.alice.certificate, try scene.issuing.certificate, try scene.stage.root.certificate,
            ]
        )
        let context = ValidationContext(options: options, now: scene.now)
        var statuses: [RevocationStatus] = []
        let visits = VisitCounter.count {
            statuses = RevocationCheck(evidence: evidence).statuses(of: path, in: context)
        }
        guard case .good? = statuses.first else {
            XCTFail("\(statuses)")
            return 0
        }
        return visits
    }

    private func assertFlat(_ make: (Int) throws -> TestRevocationList, line: UInt = #line) throws {
        let visits = try [20, 200].map { try self.visits($0, make) }
        #if DEBUG
        XCTAssertGreaterThan(visits[0], 0, "nothing is counted", line: line)
        #endif
        // A few steps of a binary search more.
        XCTAssertLessThanOrEqual(visits[1], visits[0] + 8, "\(visits)", line: line)
    }

    func test_delta_lists_of_older_lists_are_not_visited() throws {
        try assertFlat { try self.delta($0, from: $0 - 1) }
    }

    func test_of_many_delta_lists_that_fit_only_the_newest_is_examined() throws {
        try assertFlat { try self.delta(5_000 + $0, from: 5_000) }
    }
}
