// SPDX-License-Identifier: Apache-2.0
// How statements count whose signer is not the issuer itself.

import CertAuth
import CertAuthTesting
import XCTest

final class SignerStandingTests: XCTestCase {
    func test_certificates_that_a_client_presents_do_not_displace_the_signer_of_a_list() throws {
        for isRevoking in [true, false] {
            let scene = try RevocationScene()
            let other = try scene.stage.root.intermediate("Stage Issuing")
            // No identifier distinguishes the decoys from the signer.
            let list = try other.revocationList(revoked: isRevoking ? [scene.alice] : []) {
                $0.extensions = [.crlNumber(1)]
            }
            let decoys = try (0..<8).map { _ in
                try TestAuthority("Stage Issuing", clock: scene.stage.clock.verificationClock).identity.certificateDER
            }
            for isAdditional in [true, false] {
                let options = try scene.stage.options {
                    $0.revocationMode = .offline
                    $0.revocationFlag = .endCertificateOnly
                    $0.limits.presentedCertificates = 11
                    if isAdditional { $0.additionalChainCertificates = [try other.certificate] }
                }
                let evidence = RevocationEvidence(
                    revocationLists: [try CertificateRevocationList(derEncoded: list.derEncoded)],
                    signerCertificates: isAdditional ? [] : [try other.certificate]
                )
                let authenticator = try scene.stage.authenticator(options: options, evidence: evidence)
                for presented in [scene.alice.chain, scene.alice.chain + decoys] {
                    let chain = try XCTUnwrap(PresentedChain(derEncoded: presented, source: .tls))
                    let verdict = authenticator.validate(chain)
                    if isRevoking {
                        assertRefused(verdict, .revoked, at: 0)
                    } else {
                        assertAccepted(verdict)
                    }
                }
            }
        }
    }

    func test_a_list_whose_signers_status_is_unknown_revokes_and_clears_only_where_unknown_is_allowed() throws {
        var scene = try RevocationScene()
        let other = try scene.stage.root.intermediate("Stage Issuing")
        scene.signers = [try other.certificate]
        let words = { (scene: RevocationScene) in
            try [UnknownRevocation.deny, .allow].map { meaning in
                try scene.word { $0.unknownRevocation = meaning }
            }
        }
        scene.lists = [try other.revocationList(revoked: [scene.alice])]
        XCTAssertEqual(try words(scene), ["revoked", "revoked"])
        scene.lists = [try other.revocationList()]
        XCTAssertEqual(try words(scene), ["signer-not-trusted", "good"])
        let rootList = try scene.stage.root.revocationList()
        scene.lists = [try other.revocationList(), rootList]
        XCTAssertEqual(try words(scene), ["good", "good"])
        // A signer that is known to be revoked has no authority.
        let revoking = try scene.stage.root.revocationList(revoked: [other.identity])
        scene.lists = [try other.revocationList(revoked: [scene.alice]), revoking]
        XCTAssertEqual(try words(scene), ["signer-not-trusted", "signer-not-trusted"])
    }

    func test_a_responder_whose_own_status_is_unknown_revokes_and_does_not_show_good() throws {
        var scene = try RevocationScene()
        let responder = try scene.issuing.issue("Responder", .ocspResponder) {
            $0.extensions.remove(.ocspNoCheck)
            $0.extensions.append(.crlDistributionPoints([[.uri("http://crl.example/")]]))
        }
        let statuses: [(TestCertificateStatus, unknown: String, cleared: String)] = [
            (.revoked(at: scene.now.adding(seconds: -90)), "revoked", "revoked"),
            (.good, "signer-not-trusted", "good"),
        ]
        for (status, unknown, cleared) in statuses {
            scene.responses = [try scene.issuing.ocspResponse(for: scene.alice, status, responder: responder)]
            let word = { (scene: RevocationScene) in
                try scene.word { $0.revocation.sourceOrder = .ocspFirst }
            }
            scene.lists = []
            XCTAssertEqual(try word(scene), unknown)
            // The list covers only the responder.
            var point = IssuingDistributionPointTemplate()
            point.names = [.uri("http://crl.example/")]
            scene.lists = [
                try scene.issuing.revocationList { $0.extensions.append(.issuingDistributionPoint(point)) }
            ]
            XCTAssertEqual(try word(scene), cleared)
        }
    }
}
