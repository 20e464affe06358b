// SPDX-License-Identifier: Apache-2.0
// Distribution points without distributionPoint and cRLIssuer (RFC 5280 §4.2.1.13), at each position of a path.

import CertAuth
import CertAuthTesting
import XCTest

final class EmptyDistributionPointTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    /// A point without fields, a point with only reasons, and one with a name.
    private static let empty = point([])
    private static let reasonsAlone = point([0x81, 0x02, 0x06, 0x40])
    private static let named = ExtensionTemplate.crlDistributionPoints([[.uri("http://crl.example/1")]])

    private static func point(_ fields: [UInt8]) -> ExtensionTemplate {
        ExtensionTemplate(.cRLDistributionPoints, value: DER.sequence([DER.sequence([fields])]))
    }

    private func verdict(
        on leaf: TestIdentity,
        anchor: TestAuthority,
        _ profile: ValidationProfile
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: [anchor.certificate]) { $0.profile = profile }
        return try stage.authenticator(options: options).validate(try XCTUnwrap(leaf.presented()))
    }

    private func assertStrictAlone(
        at index: Int,
        of position: String,
        _ make: (ExtensionTemplate) throws -> (TestIdentity, TestAuthority)
    ) throws {
        for point in [Self.empty, Self.reasonsAlone] {
            let (leaf, anchor) = try make(point)
            assertAccepted(try verdict(on: leaf, anchor: anchor, .rfc5280))
            let failure = assertRefused(try verdict(on: leaf, anchor: anchor, .strict), .malformed, at: index)
            let message = failure?.message ?? ""
            let isTold = message.contains("a CRL distribution point without a name and without an issuer")
            XCTAssertTrue(isTold, "\(position): \(message)")
        }
        let (leaf, anchor) = try make(Self.named)
        assertAccepted(try verdict(on: leaf, anchor: anchor, .rfc5280))
        assertAccepted(try verdict(on: leaf, anchor: anchor, .strict))
    }

    func test_an_empty_point_in_a_leaf_is_refused_by_the_strict_profile_alone() throws {
        for issuer in [stage.root, stage.issuing] {
            try assertStrictAlone(at: 0, of: "leaf") { point in
                (try issuer.issue("alice") { $0.extensions.append(point) }, stage.root)
            }
        }
    }

    func test_an_empty_point_in_an_intermediate_is_refused_by_the_strict_profile_alone() throws {
        let upper = try stage.root.intermediate("Upper")
        for issuer in [stage.root, upper] {
            try assertStrictAlone(at: 1, of: "intermediate") { point in
                (try issuer.intermediate("Lower") { $0.extensions.append(point) }.issue("alice"), stage.root)
            }
        }
    }

    func test_an_empty_point_in_a_leaf_with_the_name_of_its_authority_is_accepted_by_the_default_profile() throws {
        let leaf = try stage.root.issue("leaf") {
            $0.subject = stage.root.subject
            $0.extensions.remove(.subjectKeyIdentifier)
            $0.extensions.remove(.authorityKeyIdentifier)
            $0.extensions.append(Self.empty)
        }
        assertAccepted(try verdict(on: leaf, anchor: stage.root, .rfc5280))
    }

    /// The anchor is trusted by name and key; the other fields of its certificate are not part of the path.
    func test_an_anchor_is_accepted_in_both_profiles() throws {
        for point in [Self.empty, Self.named] {
            let root = try TestAuthority("Root", clock: stage.clock.verificationClock) { $0.extensions.append(point) }
            for leaf in [try root.issue("alice"), try root.intermediate("Issuing").issue("alice")] {
                assertAccepted(try verdict(on: leaf, anchor: root, .rfc5280))
                assertAccepted(try verdict(on: leaf, anchor: root, .strict))
            }
        }
    }

    func test_a_self_signed_certificate_stays_self_signed() throws {
        for (point, isStrictlyMalformed) in [(Self.empty, true), (Self.named, false)] {
            let own = try stage.selfSigned { $0.extensions.append(point) }
            XCTAssertTrue(try own.certificate.isSelfSigned)
            let presented = try XCTUnwrap(own.presented())
            let options = try stage.selfSignedOptions(pinning: [own])
            assertAccepted(try stage.authenticator(options: options).validate(presented))
            let strict = try stage.selfSignedOptions(pinning: [own]) { $0.profile = .strict }
            let verdict = try stage.authenticator(options: strict).validate(presented)
            if isStrictlyMalformed {
                assertRefused(verdict, .malformed, at: 0)
            } else {
                assertAccepted(verdict)
            }
            // A trust anchor that is presented as a client's certificate is not of the chained type.
            let trusting = try stage.options(trusting: [own.certificate])
            assertRefused(
                try stage.authenticator(options: trusting).validate(presented),
                .certificateTypeNotAllowed,
                at: 0
            )
        }
    }

    func test_a_signature_below_such_a_point_is_still_checked() throws {
        let forger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let leaf = try forger.issue("alice") { $0.extensions.append(Self.empty) }
        assertRefused(try verdict(on: leaf, anchor: stage.root, .rfc5280), .badSignature, at: 0)
        let expired = try stage.root.issue("alice", .client) {
            $0.extensions.append(Self.empty)
            $0.notAfter = .automatic(Stage.moment.adding(seconds: -1))
        }
        assertRefused(try verdict(on: expired, anchor: stage.root, .rfc5280), .expired, at: 0)
    }

    /// Other extensions that OpenSSL marks as invalid are still refused, each with its own message.
    func test_other_invalid_extensions_beside_such_a_point_are_refused() throws {
        let changes: [(FailureCode, (inout CertificateTemplate) -> Void)] = [
            (.wrongUsage, { $0.extensions.replace(.custom("2.5.29.15", critical: true, value: [0x03, 0x01, 0x00])) }),
            (.malformed, { $0.extensions.replace(.subjectAlternativeNames([])) }),
            (.malformed, { $0.extensions.append(Self.named) }),
        ]
        for (code, change) in changes {
            let leaf = try stage.root.issue("alice") {
                $0.extensions.append(Self.empty)
                change(&$0)
            }
            assertRefused(try verdict(on: leaf, anchor: stage.root, .rfc5280), code, at: 0)
        }
    }

    /// RFC 5280 §6.3.3: the point has no scope, so only a CRL without a scope answers.
    func test_such_a_point_names_no_address_of_a_list() throws {
        for (point, scoped) in [(Self.empty, "not-covered"), (Self.named, "good")] {
            var scene = try RevocationScene { $0.extensions.append(point) }
            scene.lists = [try scene.issuing.revocationList()]
            XCTAssertEqual(try scene.word(), "good")
            scene.lists = [try scene.issuing.revocationList(revoked: [scene.alice])]
            XCTAssertEqual(try scene.word(), "revoked")
            var scope = IssuingDistributionPointTemplate()
            scope.names = [.uri("http://crl.example/1")]
            scene.lists = [
                try scene.issuing.revocationList { $0.extensions.append(.issuingDistributionPoint(scope)) }
            ]
            XCTAssertEqual(try scene.word(), scoped)
        }
    }
}
