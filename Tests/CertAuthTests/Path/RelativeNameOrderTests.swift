// SPDX-License-Identifier: Apache-2.0
// RDNs with several attributes are sets: their order is a rule of DER (X.690 §11.6), not part of the name.

import CertAuth
import CertAuthTesting
import XCTest

final class RelativeNameOrderTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// A name whose only RDN has these attributes in this order.
    private func relativeName(_ attributes: [(OID, String)]) -> NameTemplate {
        let encoded = attributes.map { DER.sequence([DER.objectIdentifier($0.0), DER.utf8String($0.1)]) }
        return NameTemplate(encoded: DER.sequence([DER.set(encoded)]))
    }

    private var sorted: NameTemplate { relativeName([(.organizationName, "Corp"), (.commonName, "Authority")]) }
    private var unsorted: NameTemplate { relativeName([(.commonName, "Authority"), (.organizationName, "Corp")]) }
    private var other: NameTemplate { relativeName([(.organizationName, "Corp"), (.commonName, "Authorities")]) }

    private func verdict(on leaf: TestIdentity, _ profile: ValidationProfile) throws -> ValidationVerdict {
        try stage.authenticator { $0.profile = profile }.validate(try XCTUnwrap(leaf.presented()))
    }

    func test_issuer_and_subject_match_in_any_attribute_order_unless_strict() throws {
        let cases = [(sorted, sorted, false), (sorted, unsorted, true), (unsorted, sorted, true)]
        for (subject, issuer, isMalformed) in cases {
            let authority = try stage.root.intermediate("Authority") { $0.subject = subject }
            let leaf = try authority.issue("alice") { $0.issuer = issuer }
            assertAccepted(try verdict(on: leaf, .rfc5280))
            if isMalformed {
                let index = subject == unsorted ? 1 : 0
                let failure = assertRefused(try verdict(on: leaf, .strict), .malformed, at: index)
                XCTAssertTrue(failure?.message.contains("not in DER order") ?? false, failure?.message ?? "")
            } else {
                assertAccepted(try verdict(on: leaf, .strict))
            }
        }
        let authority = try stage.root.intermediate("Authority") { $0.subject = sorted }
        let stranger = try authority.issue("alice") { $0.issuer = other }
        assertRefused(try verdict(on: stranger, .rfc5280), .untrusted, at: 0)
    }

    func test_constraints_on_directory_names_compare_sets() throws {
        for (base, isInside) in [(sorted, true), (unsorted, true), (other, false)] {
            let permitting = try stage.root.intermediate("Permitting") {
                $0.extensions.append(.nameConstraints(permitted: [.directory(base)]))
            }
            let excluding = try stage.root.intermediate("Excluding") {
                $0.extensions.append(.nameConstraints(excluded: [.directory(base)]))
            }
            for subject in [sorted, unsorted] {
                for (issuer, isAccepted) in [(permitting, isInside), (excluding, !isInside)] {
                    let verdict = try verdict(on: try issuer.issue("alice") { $0.subject = subject }, .rfc5280)
                    if isAccepted {
                        assertAccepted(verdict)
                    } else {
                        assertRefused(verdict, .nameNotPermitted, at: 0)
                    }
                }
            }
        }
    }

    func test_lists_and_responses_are_found_whatever_the_order() throws {
        for (spelling, word) in [(sorted, "revoked"), (unsorted, "revoked"), (other, "no-source")] {
            var scene = try RevocationScene()
            let authority = try scene.stage.root.intermediate("Authority") { $0.subject = sorted }
            scene.alice = try authority.issue("alice")
            scene.lists = [try authority.revocationList(revoked: [scene.alice]) { $0.issuer = spelling }]
            XCTAssertEqual(try scene.word(), word)
        }
    }
}
