// SPDX-License-Identifier: Apache-2.0
// Self-signed means signed by the certificate's own key, not equal names; such clients need pins and obey all rules.

import CertAuth
import CertAuthTesting
import XCTest

final class SelfSignedTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        _ identity: TestIdentity,
        _ options: CertificateAuthenticationOptions
    ) throws -> ValidationVerdict {
        try stage.authenticator(options: options).validate(XCTUnwrap(identity.presentedAlone))
    }

    /// Accepts both types, with the root trusted and the given pins.
    private func everyKind(_ pins: Set<CertificatePin>) throws -> CertificateAuthenticationOptions {
        try stage.options {
            $0.allowedCertificateTypes = .all
            $0.selfSignedPins = pins
        }
    }

    func test_equal_names_with_another_key_are_chained() throws {
        let namesake = NameTemplate(commonName: "Stage Root")
        let identity = try stage.root.issue("x") { $0.subject = namesake }
        XCTAssertTrue(try identity.certificate.isSelfIssued)
        XCTAssertFalse(try identity.certificate.isSelfSigned)
        assertAccepted(try verdict(identity, stage.options()))
        let pin = CertificatePin.certificate(try identity.certificate.sha256Thumbprint)
        let selfSignedOnly = try stage.selfSignedOptions(pinning: [identity])
        assertRefused(try verdict(identity, selfSignedOnly), .certificateTypeNotAllowed, at: 0)
        assertAccepted(try verdict(identity, everyKind([pin])))
    }

    func test_equal_names_with_a_foreign_signature_are_untrusted_even_where_any_self_signed_is_accepted() throws {
        let other = try TestKey.generate()
        let identity = try stage.selfSigned { $0.signingKey = other }
        let options = try stage.options {
            $0.allowedCertificateTypes = .all
            $0.insecurelyAcceptAnySelfSigned = true
        }
        assertRefused(try verdict(identity, options), .untrusted, at: 0)
        assertAccepted(try verdict(stage.selfSigned(), options))
    }

    func test_a_broken_own_signature_is_not_self_signed_even_when_pinned() throws {
        let broken = try stage.selfSigned { $0.signatureDefect = .flippedBit }
        XCTAssertFalse(try broken.certificate.isSelfSigned)
        let options = try stage.selfSignedOptions(pinning: [broken])
        assertRefused(try verdict(broken, options), .certificateTypeNotAllowed, at: 0)
        let whole = try stage.selfSigned()
        assertAccepted(try verdict(whole, stage.selfSignedOptions(pinning: [whole])))
    }

    func test_a_pin_names_the_certificate() throws {
        let known = try stage.selfSigned()
        let options = try stage.selfSignedOptions(pinning: [known])
        let chain = assertAccepted(try verdict(known, options))
        XCTAssertEqual(chain?.certificates, [try known.certificate])
        let refusal = assertRefused(try verdict(stage.selfSigned(), options), .untrusted, at: 0)
        XCTAssertTrue(refusal?.message.contains("is not among the pins") ?? false)
    }

    func test_a_pin_names_the_key_across_renewals() throws {
        let key = try TestKey.generate()
        func identity() throws -> TestIdentity {
            try TestIdentity.selfSigned("self", key: key, clock: stage.clock.verificationClock)
        }
        let pin = try XCTUnwrap(identity().certificate.publicKeyHash(.sha512))
        let options = try stage.selfSignedOptions(pinning: []) { $0.selfSignedPins = [.publicKey(pin)] }
        assertAccepted(try verdict(identity(), options))
        assertAccepted(try verdict(identity(), options))
        assertRefused(try verdict(stage.selfSigned(), options), .untrusted, at: 0)
    }

    func test_a_pin_of_the_certificate_is_not_a_pin_of_the_key() throws {
        let known = try stage.selfSigned()
        let digest = try known.certificate.sha256Thumbprint
        let options = try stage.selfSignedOptions(pinning: []) { $0.selfSignedPins = [.publicKey(digest)] }
        assertRefused(try verdict(known, options), .untrusted, at: 0)
    }

    func test_pins_with_all_types_apply_only_to_self_signed_certificates() throws {
        let known = try stage.selfSigned()
        let options = try everyKind([.certificate(known.certificate.sha256Thumbprint)])
        assertAccepted(try verdict(known, options))
        assertRefused(try verdict(stage.selfSigned(), options), .untrusted, at: 0)
        assertAccepted(try verdict(stage.root.issue("alice"), options))
    }

    func test_any_self_signed_certificate_is_accepted_with_the_insecure_option() throws {
        let options = try stage.selfSignedOptions(pinning: []) { $0.insecurelyAcceptAnySelfSigned = true }
        assertAccepted(try verdict(stage.selfSigned(), options))
        assertAccepted(try verdict(stage.selfSigned(), options))
        assertRefused(try verdict(stage.root.issue("alice"), options), .certificateTypeNotAllowed, at: 0)
    }

    func test_usage_and_validity_still_apply_to_a_pinned_certificate() throws {
        for (profile, code) in [(LeafProfile.wrongUsage, FailureCode.wrongUsage), (.expired, .expired)] {
            let identity = try stage.selfSigned("self", profile)
            assertRefused(try verdict(identity, stage.selfSignedOptions(pinning: [identity])), code, at: 0)
        }
        let weak = try TestIdentity.selfSigned(
            "self",
            key: TestKey.generate(.rsa(bits: 1024)),
            clock: stage.clock.verificationClock
        )
        assertRefused(try verdict(weak, stage.selfSignedOptions(pinning: [weak])), .weakKey, at: 0)
    }

    func test_revocation_of_a_self_signed_certificate_is_recorded_as_not_applicable() throws {
        let identity = try stage.selfSigned()
        for mode in [RevocationMode.offline, .online] {
            let options = try stage.selfSignedOptions(pinning: [identity]) {
                $0.revocationMode = mode
                $0.revocationFlag = .entireChain
            }
            XCTAssertEqual(assertAccepted(try verdict(identity, options))?.revocation, [.notChecked(.selfSigned)])
        }
    }

    func test_a_self_signed_leaf_that_is_an_anchor_is_still_refused_under_chained() throws {
        let identity = try stage.selfSigned()
        let anchored = try stage.options(trusting: [identity.certificate])
        assertRefused(try verdict(identity, anchored), .certificateTypeNotAllowed, at: 0)
        let rootItself = stage.root.identity
        assertRefused(try verdict(rootItself, stage.options()), .certificateTypeNotAllowed, at: 0)
        let issued = try stage.root.issue("alice")
        assertAccepted(try verdict(issued, stage.options(trusting: [issued.certificate])))
    }

    func test_being_an_anchor_does_not_replace_a_pin() throws {
        let identity = try stage.selfSigned()
        let options = try stage.options(trusting: [identity.certificate]) {
            $0.allowedCertificateTypes = .all
            $0.selfSignedPins = [.certificate(try self.stage.selfSigned().certificate.sha256Thumbprint)]
        }
        assertRefused(try verdict(identity, options), .untrusted, at: 0)
    }
}
