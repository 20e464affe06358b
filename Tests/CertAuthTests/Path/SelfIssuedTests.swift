// SPDX-License-Identifier: Apache-2.0
// Self-issued is not self-signed: equal names along a path, with and without key identifiers.

import CertAuth
import CertAuthTesting
import XCTest

final class SelfIssuedTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// The key identifiers that a certificate has.
    private enum Identifiers: CaseIterable {
        case both, subject, authority, neither

        func keep(in template: inout CertificateTemplate) {
            if self == .neither || self == .authority { template.extensions.remove(.subjectKeyIdentifier) }
            if self == .neither || self == .subject { template.extensions.remove(.authorityKeyIdentifier) }
        }
    }

    private func verdict(on leaf: TestIdentity, anchors: [TestAuthority]) throws -> ValidationVerdict {
        let store = try TrustStore(certificates: anchors.map { try $0.certificate })
        let authenticator = try stage.authenticator { $0.trust = .custom(store) }
        return authenticator.validate(try XCTUnwrap(leaf.presented()))
    }

    func test_a_leaf_with_the_name_of_its_authority_is_chained() throws {
        for identifiers in Identifiers.allCases {
            let leaf = try stage.root.issue("leaf", .client) {
                $0.subject = stage.root.subject
                identifiers.keep(in: &$0)
            }
            assertAccepted(try verdict(on: leaf, anchors: [stage.root]))
            let intermediate = try stage.issuing.issue("leaf", .client) {
                $0.subject = stage.issuing.subject
                identifiers.keep(in: &$0)
            }
            assertAccepted(try verdict(on: intermediate, anchors: [stage.root]))
            let namesake = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
            assertRefused(try verdict(on: leaf, anchors: [namesake]), .badSignature, at: 0)
        }
    }

    func test_a_path_from_a_CAs_new_key_to_the_old_one_is_found_with_any_identifiers() throws {
        for identifiers in Identifiers.allCases {
            let new = try stage.root.intermediate("Stage Root") {
                $0.subject = stage.root.subject
                identifiers.keep(in: &$0)
            }
            let leaf = try new.issue("alice", .client) { identifiers.keep(in: &$0) }
            assertAccepted(try verdict(on: leaf, anchors: [stage.root]))
        }
    }

    func test_a_leaf_that_its_own_key_signed_stays_self_signed() throws {
        let own = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        assertRefused(try verdict(on: own.identity, anchors: [stage.root]), .certificateTypeNotAllowed, at: 0)
    }
}
