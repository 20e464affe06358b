// SPDX-License-Identifier: Apache-2.0
// Lists that replace others, and lists of a single issuer.

import CertAuth
import CertAuthTesting
import XCTest

final class RevocationEvidenceTests: XCTestCase {
    private func parsed(_ list: TestRevocationList) throws -> CertificateRevocationList {
        try CertificateRevocationList(derEncoded: list.derEncoded)
    }

    func test_a_newer_list_replaces_and_an_older_one_is_refused() throws {
        let stage = try Stage()
        let issuer = try stage.issuing.certificate
        let held = try parsed(stage.issuing.revocationList(number: 5))
        let evidence = RevocationEvidence(revocationLists: [held, try parsed(stage.root.revocationList())])
        let newer = try parsed(stage.issuing.revocationList(number: 6))
        let updated = try evidence.updated(with: newer, signedBy: issuer)
        XCTAssertEqual(updated.revocationLists.map(\.number), [1, 6].map { try? number($0) })
        XCTAssertNotEqual(updated.generation, evidence.generation)
        XCTAssertEqual(try evidence.updated(with: held, signedBy: issuer).generation, evidence.generation)

        let five = try number(5)
        for number in [4, 5] {
            let back = try parsed(stage.issuing.revocationList(number: number) { $0.nextUpdate = nil })
            assertThrows(
                RevocationUpdateRefusal(.numberRolledBack(held: five, offered: try self.number(number)))
            ) { _ = try evidence.updated(with: back, signedBy: issuer) }
        }
        let older = try parsed(
            stage.issuing.revocationList(number: 6) {
                $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -7_200))
            }
        )
        assertThrows(
            RevocationUpdateRefusal(
                .olderThanHeld(
                    held: Stage.moment.adding(seconds: -3_600),
                    offered: Stage.moment.adding(seconds: -7_200)
                )
            )
        ) { _ = try evidence.updated(with: older, signedBy: issuer) }
        let forged = try parsed(stage.issuing.revocationList(number: 99) { $0.signatureDefect = .flippedBit })
        assertThrows(RevocationUpdateRefusal(.badSignature(issuer: "CN=Stage Issuing"))) {
            _ = try evidence.updated(with: forged, signedBy: issuer)
        }
    }

    func test_a_list_of_another_scope_or_kind_replaces_none() throws {
        let stage = try Stage()
        let issuer = try stage.issuing.certificate
        let evidence = RevocationEvidence(revocationLists: [try parsed(stage.issuing.revocationList(number: 5))])
        var point = IssuingDistributionPointTemplate()
        point.onlyContainsUserCertificates = true
        let scoped = try parsed(
            stage.issuing.revocationList(number: 1) { $0.extensions.append(.issuingDistributionPoint(point)) }
        )
        let delta = try parsed(
            stage.issuing.revocationList(number: 1) { $0.extensions.append(.deltaCRLIndicator(baseNumber: 1)) }
        )
        XCTAssertEqual(try evidence.updated(with: scoped, signedBy: issuer).revocationLists.count, 2)
        XCTAssertEqual(try evidence.updated(with: delta, signedBy: issuer).revocationLists.count, 2)
    }

    func test_by_default_only_the_issuer_is_trusted() throws {
        var scene = try RevocationScene()
        let renewed = try scene.stage.root.intermediate("Stage Issuing")
        let context = ValidationContext(options: try scene.stage.options(), now: scene.now)
        let status = { (scene: RevocationScene, trusted: [Certificate], signers: [Certificate]) in
            RevocationCheck.status(
                of: try scene.alice.certificate,
                issuedBy: try scene.issuing.certificate,
                evidence: try scene.evidence(),
                trusted: trusted,
                signers: signers,
                in: context
            )
        }
        XCTAssertEqual(try status(scene, [], []), .unknown(.noSource(issuer: "CN=Stage Issuing")))
        scene.lists = [try scene.issuing.revocationList(revoked: [scene.alice], reason: 1)]
        guard case .revoked(_, 1, _) = try status(scene, [], []) else { return XCTFail("not revoked") }
        scene.lists = [try renewed.revocationList()]
        guard case .unknown(.signerNotTrusted) = try status(scene, [], [renewed.certificate]) else {
            return XCTFail("\(try status(scene, [], [renewed.certificate]))")
        }
        guard case .good = try status(scene, [renewed.certificate], []) else { return XCTFail("not good") }
        let rolled = try scene.issuing.intermediate("Stage Issuing", key: renewed.key)
        guard case .good = try status(scene, [], [rolled.certificate]) else { return XCTFail("not good") }
    }

    func test_a_certificate_names_its_sources() throws {
        let identity = try Stage().issuing.issue("alice") {
            $0.extensions += [
                .crlDistributionPoints([[.uri("http://a.example/1"), .uri("ldap://a.example/1")]]),
                .freshestCRL([[.uri("http://a.example/delta")]]),
                .authorityInformationAccess(ocsp: ["http://o.example/"], caIssuers: ["http://i.example/"]),
            ]
        }
        let sources = RevocationSources(of: try identity.certificate)
        XCTAssertEqual(sources.revocationLists, [["http://a.example/1", "ldap://a.example/1"]])
        XCTAssertEqual(sources.deltaLists, [["http://a.example/delta"]])
        XCTAssertEqual(sources.responders, ["http://o.example/"])
        XCTAssertTrue(RevocationSources(of: try Stage().root.certificate).isEmpty)
    }

    private func number(_ number: Int) throws -> CRLNumber {
        let list = try parsed(Stage().root.revocationList(number: number))
        return try XCTUnwrap(list.number)
    }
}
