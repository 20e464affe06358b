// SPDX-License-Identifier: Apache-2.0
// The admission of a statement does the work for this statement, however many the store has.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class EvidenceStoreGrowthTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func list(_ authority: TestAuthority, number: Int = 1) throws -> CertificateRevocationList {
        try CertificateRevocationList(derEncoded: authority.revocationList(number: number).derEncoded)
    }

    private func need(of client: TestIdentity, _ authority: TestAuthority) throws -> EvidenceNeed {
        EvidenceNeed(
            path: CandidatePath(
                certificates: [
                    try client.certificate, try authority.certificate, try stage.root.certificate,
                ]
            ),
            index: 0,
            presented: [],
            anchors: nil,
            options: try stage.options { $0.revocationMode = .online }
        )
    }

    private func admit(
        _ statement: FetchedStatement,
        for need: EvidenceNeed,
        to store: RevocationEvidenceStore,
        _ kind: EvidenceSource.Kind
    ) {
        let now = stage.clock.now
        let key = EvidenceKey(
            EvidenceSource(kind, at: "http://\(need.issuer.sha256Thumbprint).example"),
            about: need.certificate
        )
        XCTAssertEqual(
            store.admit(statement, for: need, key: key, arrival: Arrival(fetchedAt: now), at: now),
            .held
        )
    }

    /// Stores with the CRLs of as many other issuers.
    private func stores(_ counts: [Int]) throws -> [RevocationEvidenceStore] {
        let key = try TestKey.generate()
        let others = try (0..<(counts.max() ?? 0)).map { try stage.root.intermediate("Other \($0)", key: key) }
        let client = try XCTUnwrap(others.first).issue("client")
        let lists = try others.map { (list: try list($0), need: try need(of: client, $0)) }
        return counts.map { count in
            let store = RevocationEvidenceStore()
            for (list, need) in lists.prefix(count) { admit(.list(list), for: need, to: store, .revocationList) }
            XCTAssertEqual(store.count, count)
            return store
        }
    }

    private func assertFlat(_ work: (RevocationEvidenceStore) -> Void, line: UInt = #line) throws {
        // Names and digests differ in each attempt. Where their hash values collide, there are more comparisons, so the
        // smallest count of three is taken.
        let attempts = try (0..<3).map { _ in try stores([30, 300]).map { store in VisitCounter.count { work(store) } }
        }
        let visits = [0, 1].map { size in attempts.map { $0[size] }.min() ?? 0 }
        #if DEBUG
        XCTAssertGreaterThan(visits[0], 0, "nothing is counted", line: line)
        #endif
        // 18 binary searches have at most 4 steps more among ten times as many. A rebuilt index costs 270 more for each
        // statement.
        XCTAssertLessThanOrEqual(visits[1], visits[0] + 72, "\(attempts)", line: line)
    }

    func test_the_admission_of_a_list_reads_no_other_list() throws {
        let client = try stage.issuing.issue("alice")
        let need = try need(of: client, stage.issuing)
        let lists = try (1...3).map { try list(stage.issuing, number: $0) }
        try assertFlat { store in
            for list in lists { self.admit(.list(list), for: need, to: store, .revocationList) }
            XCTAssertEqual(
                store.statement(for: EvidenceKey(self.source(need), about: need.certificate))?.statement.end,
                lists[2].nextUpdate
            )
        }
    }

    func test_the_admission_of_a_response_about_an_authority_reads_no_other_statement() throws {
        let authority = try stage.root.intermediate("Checked")
        let subject = TestIdentity(
            certificateDER: authority.certificateDER,
            key: authority.key,
            issuers: [],
            anchorDER: stage.root.certificateDER,
            serialNumber: try authority.certificate.serialNumber.bytes
        )
        let response = try OCSPResponse(
            derEncoded: stage.root.ocspResponse(
                for: subject
            )
        )
        let need = EvidenceNeed(
            path: CandidatePath(certificates: [try authority.certificate, try stage.root.certificate]),
            index: 0,
            presented: [],
            anchors: nil,
            options: try stage.options { $0.revocationMode = .online }
        )
        try assertFlat { store in self.admit(.response(response), for: need, to: store, .responder) }
    }

    private func source(_ need: EvidenceNeed) -> EvidenceSource {
        EvidenceSource(.revocationList, at: "http://\(need.issuer.sha256Thumbprint).example")
    }

    /// Each step gives the same evidence as if it had been built from its statements at once.
    func test_evidence_after_changes_equals_evidence_of_the_same_statements() throws {
        let others = try (0..<40).map { try stage.root.intermediate("Other \($0 % 7)") }
        let lists =
            try others.enumerated().map { try list($0.element, number: $0.offset + 1) }
            + (1...5).map { number in
                try CertificateRevocationList(
                    derEncoded: stage.issuing.revocationList(number: 10 + number) {
                        $0.extensions.append(.deltaCRLIndicator(baseNumber: 10))
                    }.derEncoded
                )
            }
        var changed = RevocationEvidence.none
        var kept: [CertificateRevocationList] = []
        for (step, list) in lists.enumerated() {
            let removed = step % 3 == 2 ? [kept.remove(at: kept.count / 2)] : []
            kept.append(list)
            changed = changed.changed(removing: removed.map(FetchedStatement.list), adding: [.list(list)])
            let whole = RevocationEvidence(revocationLists: kept)
            XCTAssertEqual(changed.generation, whole.generation)
            XCTAssertEqual(changed.revocationLists.map(\.fingerprint), whole.revocationLists.map(\.fingerprint))
            XCTAssertEqual(changed.listBytes, whole.listBytes)
            for name in try others.prefix(7).map({ try $0.certificate.subject }) + [stage.issuing.certificate.subject] {
                XCTAssertEqual(
                    changed.lists(perhapsIssuedBy: name).map(\.fingerprint),
                    whole.lists(perhapsIssuedBy: name).map(\.fingerprint)
                )
                XCTAssertEqual(
                    changed.completeLists(perhapsIssuedBy: name).map(\.fingerprint),
                    whole.completeLists(perhapsIssuedBy: name).map(\.fingerprint)
                )
            }
            for skew in [Int64(0), 300] {
                let now = stage.clock.now
                XCTAssertEqual(
                    changed.nextChange(notBefore: now, skew: skew),
                    whole.nextChange(notBefore: now, skew: skew)
                )
            }
        }
    }
}
