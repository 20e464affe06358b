// SPDX-License-Identifier: Apache-2.0
// Fetched statements are added to the given ones without a copy of either.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class CombinedEvidenceTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func lists(_ count: Int) throws -> [CertificateRevocationList] {
        let clock = stage.clock.verificationClock
        let key = try TestKey.generate()
        return try (0..<count).map { number in
            let other = try TestAuthority("Other \(number)", key: key, clock: clock)
            return try CertificateRevocationList(derEncoded: other.revocationList().derEncoded)
        }
    }

    func test_stored_statements_are_not_visited_when_they_are_combined() throws {
        let own = try CertificateRevocationList(derEncoded: stage.issuing.revocationList().derEncoded)
        let name = try stage.issuing.certificate.subject
        let others = try lists(300)
        let visits = [30, 300].map { count in
            let given = RevocationEvidence(revocationLists: [own] + others.prefix(count))
            let common = RevocationEvidence(revocationLists: [own] + others.prefix(count))
            let held = HeldEvidence(common: common, responses: [])
            return VisitCounter.count {
                let evidence = EvidenceInForce(given: given, held: held).evidence()
                XCTAssertEqual(evidence.lists(issuedBy: name).map(\.fingerprint), [own.fingerprint])
            }
        }
        #if DEBUG
        XCTAssertGreaterThan(visits[0], 0, "nothing is counted")
        #endif
        XCTAssertEqual(visits[0], visits[1])
    }

    func test_combined_evidence_contains_every_statement_once_in_order() throws {
        let lists = try lists(3)
        let response = try OCSPResponse(derEncoded: stage.root.ocspResponse(for: stage.root.issue("alice")))
        func failure(_ source: String) -> RevocationSourceFailure {
            RevocationSourceFailure(source: source, cause: .unreachable(source: source, reason: "made up"))
        }
        let given = RevocationEvidence(
            revocationLists: [lists[0], lists[1]],
            signerCertificates: [try stage.root.certificate],
            failures: [failure("a.crl")]
        )
        let held = HeldEvidence(
            common: RevocationEvidence(revocationLists: [lists[1], lists[2]], ocspResponses: [response]),
            responses: [response]
        )
        let combined = EvidenceInForce(given: given, held: held).evidence(adding: [.failure(failure("b"))])
        XCTAssertEqual(combined.revocationLists.map(\.fingerprint), lists.map(\.fingerprint))
        XCTAssertEqual(combined.ocspResponses.map(\.fingerprint), [response.fingerprint])
        XCTAssertEqual(combined.signerCertificates, [try stage.root.certificate])
        XCTAssertEqual(combined.failures.map(\.source), ["b", "a.crl"])
        let whole = RevocationEvidence(
            revocationLists: lists,
            ocspResponses: [response],
            signerCertificates: [try stage.root.certificate]
        )
        XCTAssertEqual(combined.generation, whole.generation)
        let now = stage.clock.now.adding(seconds: -86_400)
        XCTAssertEqual(combined.nextBeginning(notBefore: now, skew: 0), whole.nextBeginning(notBefore: now, skew: 0))
        XCTAssertEqual(combined.nextChange(notBefore: now, skew: 60), whole.nextChange(notBefore: now, skew: 60))
    }
}
