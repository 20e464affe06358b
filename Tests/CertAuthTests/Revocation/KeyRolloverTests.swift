// SPDX-License-Identifier: Apache-2.0
// A CA with two keys under one name, each with its own list.

import CertAuth
import CertAuthTesting
import XCTest

final class KeyRolloverTests: XCTestCase {
    func test_a_list_of_another_key_of_the_same_name_displaces_no_revocation() throws {
        var scene = try RevocationScene()
        let renewed = try scene.stage.root.intermediate("renewed", pathLength: 0) { template in
            template.subject = scene.issuing.subject
        }
        let revoking = try scene.issuing.revocationList(revoked: [scene.alice], number: 1)
        let other = try renewed.revocationList(number: 9)
        scene.signers = [try renewed.certificate]
        for lists in [[revoking, other], [other, revoking]] {
            scene.lists = lists
            let verdict = try scene.verdict { $0.additionalChainCertificates = [try renewed.certificate] }
            guard case .refused(let failure, _) = verdict else { return XCTFail("a revoked client came in") }
            XCTAssertEqual(failure.code, .revoked)
        }
        scene.lists = [try scene.issuing.revocationList(number: 1), other]
        let twin = try scene.verdict { $0.additionalChainCertificates = [try renewed.certificate] }
        guard case .accepted = twin else { return XCTFail("a good client was refused") }
    }

    func test_an_allowed_cause_does_not_hide_a_denied_one() throws {
        var scene = try RevocationScene()
        scene.lists = [try scene.issuing.revocationList { $0.nextUpdate = .automatic(scene.now.adding(seconds: -60)) }]
        scene.responses = [try scene.issuing.ocspResponse(for: scene.alice, .unknown)]
        for order in RevocationSourceOrder.allCases {
            let verdict = try scene.verdict {
                $0.revocation.sourceOrder = order
                $0.revocation.unknownAnswers = [.stale: .allow]
            }
            guard case .refused(let failure, _) = verdict else { return XCTFail("\(order): accepted") }
            XCTAssertEqual(failure.code, .revocationUnknown)
        }
        scene.responses = []
        let twin = try scene.verdict { $0.revocation.unknownAnswers = [.stale: .allow] }
        guard case .accepted = twin else { return XCTFail("the allowed cause alone was refused") }
    }
}
