// SPDX-License-Identifier: Apache-2.0
// Evidence is never replaced by older evidence, whichever statements are offered.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Logging
import MetricsTestKit
import XCTest

final class EvidenceSuccessionTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!
    private var bob: TestIdentity!
    private let log = LogRecorder()
    private let metrics = TestMetrics()

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.root.issue("alice")
        bob = try stage.root.issue("bob")
    }

    /// A list of the root, issued `age` seconds ago.
    private func list(
        _ number: Int,
        age: Int64,
        revoking revoked: [TestIdentity] = [],
        by authority: TestAuthority? = nil,
        _ customize: (inout RevocationListTemplate) throws -> Void = { _ in }
    ) throws -> TestRevocationList {
        try (authority ?? stage.root).revocationList(revoked: revoked, number: number) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
            try customize(&$0)
        }
    }

    private func authenticator(_ lists: [TestRevocationList]) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(
            options: stage.options {
                $0.revocationMode = .offline
                $0.revocationFlag = .endCertificateOnly
            },
            revocationEvidence: stage.evidence(lists),
            logger: log.logger,
            observability: Observability(metrics: metrics)
        )
    }

    private func word(_ identity: TestIdentity, _ authenticator: CertificateAuthenticator) throws -> String {
        switch authenticator.validate(try XCTUnwrap(identity.presented())) {
        case .accepted: "success"
        case .refused(let failure, _): failure.code.rawValue
        }
    }

    private func count(_ kind: String) -> Int64 {
        metrics.counterTotal(
            label: "certauth.evidence_notices",
            dimensions: [("kind", kind), ("scheme", "Certificate")]
        )
    }

    private var kinds: [String] { log.lines.compactMap { $0.metadata["certauth.evidence"] } }

    func test_an_older_list_does_not_replace_a_newer_one_and_the_log_names_both() throws {
        let authenticator = try authenticator([list(6, age: 3_600, revoking: [alice])])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
        let generation = authenticator.revocationEvidence.generation
        authenticator.revocationEvidence = try stage.evidence([list(5, age: 7_200)])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
        XCTAssertEqual(authenticator.revocationEvidence.revocationLists.map { "\($0.number!)" }, ["6"])
        XCTAssertEqual(authenticator.revocationEvidence.generation, generation)
        let line = try XCTUnwrap(log.lines.last { $0.metadata["certauth.evidence"] == "older-list" })
        XCTAssertEqual(line.level, "warning")
        for text in [
            "number 5, thisUpdate \(Stage.moment.adding(seconds: -7_200))",
            "number 6, thisUpdate \(Stage.moment.adding(seconds: -3_600))", "CN=Stage Root",
        ] {
            XCTAssertTrue(line.message.contains(text), line.message)
        }
        XCTAssertGreaterThan(count("older-list"), 0)

        authenticator.revocationEvidence = try stage.evidence([list(7, age: 1_800)])
        XCTAssertEqual(try word(alice, authenticator), "success")
        XCTAssertEqual(authenticator.revocationEvidence.revocationLists.map { "\($0.number!)" }, ["7"])
    }

    func test_a_list_that_is_not_offered_again_stays_until_it_is_replaced_by_name() throws {
        let authenticator = try authenticator([list(6, age: 3_600, revoking: [alice])])
        for offered in [[], [try list(1, age: 60, by: TestAuthority("Other", clock: stage.clock.verificationClock))]] {
            authenticator.revocationEvidence = try stage.evidence(offered)
            XCTAssertEqual(try word(alice, authenticator), "revoked")
            XCTAssertEqual(try word(bob, authenticator), "success")
        }
        XCTAssertEqual(kinds.filter { $0 == "omitted-list" }.count, 1, "each list is told once")
        stage.clock.advance(by: .seconds(30 * 86_400))
        authenticator.revocationEvidence = .none
        XCTAssertEqual(try word(alice, authenticator), "revoked", "a stale list still shows who is revoked")
        authenticator.insecurelyReplaceRevocationEvidence(with: .none)
        XCTAssertEqual(try word(alice, authenticator), "revocation-unknown")
        XCTAssertTrue(authenticator.revocationEvidence.revocationLists.isEmpty)
    }

    func test_a_return_to_an_older_list_needs_an_explicit_call() throws {
        let authenticator = try authenticator([list(6, age: 3_600, revoking: [alice])])
        authenticator.insecurelyReplaceRevocationEvidence(with: try stage.evidence([list(5, age: 7_200)]))
        XCTAssertEqual(try word(alice, authenticator), "success")
        authenticator.revocationEvidence = try stage.evidence([list(6, age: 3_600, revoking: [alice])])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
    }

    func test_a_list_of_another_scope_or_kind_replaces_none() throws {
        var users = IssuingDistributionPointTemplate()
        users.onlyContainsUserCertificates = true
        let held = try list(6, age: 3_600, revoking: [alice])
        let others = [
            try list(9, age: 60) { $0.extensions.append(.issuingDistributionPoint(users)) },
            try list(9, age: 60) { $0.extensions.append(.deltaCRLIndicator(baseNumber: 8)) },
        ]
        for other in others {
            let authenticator = try authenticator([held])
            authenticator.revocationEvidence = try stage.evidence([other])
            XCTAssertEqual(try word(alice, authenticator), "revoked")
            XCTAssertEqual(authenticator.revocationEvidence.revocationLists.count, 2)
        }
    }

    func test_an_older_delta_list_does_not_replace_a_newer_one() throws {
        func delta(_ number: Int, age: Int64, _ revoked: [TestIdentity]) throws -> TestRevocationList {
            try list(number, age: age, revoking: revoked) {
                $0.extensions.append(.deltaCRLIndicator(baseNumber: 5))
            }
        }
        let base = try list(5, age: 7_200)
        let authenticator = try authenticator([base, delta(7, age: 600, [alice])])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
        authenticator.revocationEvidence = try stage.evidence([base, delta(6, age: 1_200, [])])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
        authenticator.revocationEvidence = try stage.evidence([base])
        XCTAssertEqual(try word(alice, authenticator), "revoked")
        authenticator.revocationEvidence = try stage.evidence([base, delta(8, age: 60, [bob])])
        XCTAssertEqual(try [alice, bob].map { try word($0, authenticator) }, ["success", "revoked"])
    }

    func test_a_later_list_with_a_smaller_number_and_the_one_before_it_both_revoke() throws {
        let authenticator = try authenticator([list(1_000, age: 7_200, revoking: [alice])])
        authenticator.revocationEvidence = try stage.evidence([list(1, age: 3_600, revoking: [bob])])
        XCTAssertEqual(try [alice, bob].map { try word($0, authenticator) }, ["revoked", "revoked"])
        XCTAssertEqual(kinds, ["numbers-restarted"])
        authenticator.revocationEvidence = try stage.evidence([list(2, age: 1_800)])
        XCTAssertEqual(try [alice, bob].map { try word($0, authenticator) }, ["revoked", "success"])
        authenticator.revocationEvidence = try stage.evidence([list(1_001, age: 900)])
        XCTAssertEqual(try word(alice, authenticator), "success")
        XCTAssertEqual(authenticator.revocationEvidence.revocationLists.count, 1)
    }

    func test_any_number_of_forged_lists_replaces_no_list() throws {
        let forger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        for isRevoking in [false, true] {
            let authenticator = try authenticator([list(6, age: 3_600, revoking: isRevoking ? [alice] : [])])
            for number in 7..<27 {
                let forged = try list(number, age: Int64(3_000 - number), by: forger) { template in
                    template.extensions.removeAll { $0 == .authorityKeyIdentifier(forger.keyIdentifier) }
                }
                authenticator.revocationEvidence = try stage.evidence([forged])
            }
            XCTAssertEqual(try word(alice, authenticator), isRevoking ? "revoked" : "success")
            XCTAssertLessThan(authenticator.revocationEvidence.revocationLists.count, 12)
        }
    }

    /// Lists of at least `bytes` bytes by other issuers, which no configured certificate verifies.
    private func forgedLists(_ count: Int, age: Int64, nextUpdate: Int64, bytes: Int = 0) throws -> [TestRevocationList]
    {
        try (0..<count).map { index in
            let forger = try TestAuthority("Forged \(index)", clock: stage.clock.verificationClock)
            return try list(1, age: age, by: forger) {
                $0.nextUpdate = .automatic(Stage.moment.adding(seconds: nextUpdate))
                if bytes > 0 {
                    $0.extensions.append(.custom("1.3.9999.1", value: Array(repeating: 7, count: bytes)))
                }
            }
        }
    }

    func test_forged_lists_of_any_number_and_size_displace_no_confirmed_one() throws {
        for (count, nextUpdate, bytes) in [(5, 86_400, 60 << 20), (80, -10, 0)] as [(Int, Int64, Int)] {
            let authenticator = try authenticator([
                list(6, age: 3_600, revoking: [alice]) {
                    if bytes == 0 { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: -60)) }
                }
            ])
            let forged = try forgedLists(count, age: 600, nextUpdate: nextUpdate, bytes: bytes)
            authenticator.revocationEvidence = try stage.evidence(forged)
            authenticator.revocationEvidence = try stage.evidence([list(5, age: 7_200)])
            XCTAssertEqual(try word(alice, authenticator), "revoked")
            let held = authenticator.revocationEvidence.revocationLists
            let root = try stage.root.certificate.subject
            XCTAssertTrue(held.contains { $0.issuer.matches(root) })
            XCTAssertLessThanOrEqual(held.reduce(0) { $0 + $1.derEncoded.count }, 65 << 20)
            XCTAssertLessThanOrEqual(held.count, 33)
        }
    }

    func test_floods_of_forged_lists_do_not_displace_an_earlier_list_with_an_unknown_signer() throws {
        let carol = try stage.issuing.issue("carol")
        let authenticator = try authenticator([list(6, age: 7_200, revoking: [carol], by: stage.issuing)])
        let forger = try TestAuthority("Stage Issuing", clock: stage.clock.verificationClock)
        for flood in 0..<3 {
            authenticator.revocationEvidence = try stage.evidence(
                (0..<10).map { try list(7 + flood * 10 + $0, age: Int64(3_000 - flood * 10 - $0), by: forger) }
            )
        }
        authenticator.revocationEvidence = try stage.evidence([list(5, age: 9_000, by: stage.issuing)])
        XCTAssertEqual(try word(carol, authenticator), "revoked")
        XCTAssertLessThanOrEqual(authenticator.revocationEvidence.revocationLists.count, 9)
        let dave = try stage.issuing.issue("dave")
        XCTAssertEqual(try word(dave, authenticator), "success")
    }

    func test_a_list_from_the_future_replaces_none_that_is_not() throws {
        let authenticator = try authenticator([list(6, age: 3_600, revoking: [alice])])
        let future = try list(7, age: -86_400) { $0.nextUpdate = .automatic(Stage.moment.adding(seconds: 200_000)) }
        authenticator.revocationEvidence = try stage.evidence([future])
        XCTAssertEqual(try [alice, bob].map { try word($0, authenticator) }, ["revoked", "success"])
        stage.clock.advance(by: .seconds(86_400))
        authenticator.revocationEvidence = try stage.evidence([future])
        XCTAssertEqual(try word(alice, authenticator), "success")
    }

    func test_a_list_whose_signer_only_clients_present_is_not_replaced_by_an_older_one() throws {
        let carol = try stage.issuing.issue("carol")
        let issuing = stage.issuing
        let lists = { (number: Int, age: Int64, revoked: [TestIdentity]) in
            try self.list(number, age: age, revoking: revoked, by: issuing)
        }
        let authenticator = try authenticator([lists(6, 3_600, [carol])])
        authenticator.revocationEvidence = try stage.evidence([lists(5, 7_200, [])])
        XCTAssertEqual(try word(carol, authenticator), "revoked", "no client has shown who signed the lists")
        XCTAssertEqual(authenticator.revocationEvidence.revocationLists.count, 2)
        authenticator.revocationEvidence = try stage.evidence([lists(5, 7_200, [])])
        XCTAssertEqual(authenticator.revocationEvidence.revocationLists.map { "\($0.number!)" }, ["6"])
        XCTAssertEqual(try word(carol, authenticator), "revoked")
        authenticator.revocationEvidence = try stage.evidence([lists(7, 1_800, [])])
        XCTAssertEqual(try word(carol, authenticator), "success")
    }

    func test_two_lists_with_equal_number_and_time_both_revoke() throws {
        let authenticator = try authenticator([list(6, age: 3_600, revoking: [alice])])
        authenticator.revocationEvidence = try stage.evidence([list(6, age: 3_600, revoking: [bob])])
        XCTAssertEqual(try [alice, bob].map { try word($0, authenticator) }, ["revoked", "revoked"])
    }

    private func response(
        _ status: TestCertificateStatus,
        age: Int64
    ) throws -> OCSPResponse {
        let moment = Stage.moment.adding(seconds: -age)
        return try OCSPResponse(
            derEncoded: stage.root.ocspResponse(for: alice, status) {
                $0.producedAt = .generalizedTime(moment)
                $0.responses[0].thisUpdate = .generalizedTime(moment)
            }
        )
    }

    func test_an_older_good_response_or_a_missing_one_replaces_no_revoked_one() throws {
        let statuses: [(TestCertificateStatus, String)] = [
            (.revoked(at: Stage.moment.adding(seconds: -5_000)), "revoked"),
            (.revoked(at: Stage.moment.adding(seconds: -5_000), reason: 6), "revoked"),
            (.unknown, "revocation-unknown"),
        ]
        for (status, expected) in statuses {
            let authenticator = try authenticator([])
            let held = try response(status, age: 3_600)
            authenticator.revocationEvidence = RevocationEvidence(revocationLists: [], ocspResponses: [held])
            XCTAssertEqual(try word(alice, authenticator), expected)
            for offered in [[try response(.good, age: 7_200)], []] {
                authenticator.revocationEvidence = RevocationEvidence(revocationLists: [], ocspResponses: offered)
                XCTAssertEqual(try word(alice, authenticator), expected)
                XCTAssertEqual(authenticator.revocationEvidence.ocspResponses.map(\.fingerprint), [held.fingerprint])
            }
            let newer = try response(.good, age: 600)
            authenticator.revocationEvidence = RevocationEvidence(revocationLists: [], ocspResponses: [newer])
            XCTAssertEqual(try word(alice, authenticator), "success")
        }
        XCTAssertEqual(kinds.filter { $0 == "older-response" }.count, 3)
    }

    func test_a_good_response_that_is_not_offered_again_is_not_kept() throws {
        let authenticator = try authenticator([])
        let good = RevocationEvidence(revocationLists: [], ocspResponses: [try response(.good, age: 600)])
        authenticator.revocationEvidence = good
        XCTAssertEqual(try word(alice, authenticator), "success")
        authenticator.revocationEvidence = .none
        XCTAssertEqual(try word(alice, authenticator), "revocation-unknown")
    }
}
