// SPDX-License-Identifier: Apache-2.0
// Points that are not on their curve or of small order, at each position that a key can have.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class UnusableKeyTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        _ identity: TestIdentity,
        _ source: PresentedChain.Source = .tls,
        trusting anchor: TestAuthority? = nil
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: anchor.map { [try $0.certificate] })
        return try stage.authenticator(options: options).validate(try XCTUnwrap(identity.presented(source)))
    }

    /// Asserts that both code paths refuse the key and name the defect.
    private func assertNamed(_ failure: AuthenticationFailure?, _ key: UnusableKey, line: UInt = #line) {
        let message = failure?.message ?? "accepted"
        XCTAssertTrue(message.contains(key.message), "\(key.name): \(message)", line: line)
    }

    func test_a_leaf_with_such_a_point_is_refused_on_every_way_in() throws {
        let key = try TestKey.generate()
        let sources: [PresentedChain.Source] = [.tls, .forwarded(dialect: "test", verifiedByProxy: false)]
        for (keys, code) in try cases() {
            for unusable in keys {
                for source in sources {
                    let wrong = try stage.issuing.issue("alice", key: key) { $0.subjectPublicKeyInfo = unusable.key }
                    assertNamed(assertRefused(try verdict(wrong, source), code, at: 0), unusable)
                    let right = try stage.issuing.issue("alice", key: key) {
                        $0.subjectPublicKeyInfo = unusable.repaired
                    }
                    assertAccepted(try verdict(right, source))
                }
            }
        }
    }

    func test_an_intermediate_with_such_a_point_is_refused_at_its_index() throws {
        let key = try TestKey.generate()
        for (keys, code) in try cases() {
            for unusable in keys {
                let issuing = try stage.root.intermediate("Weak", key: key) {
                    $0.subjectPublicKeyInfo = unusable.key
                }
                assertNamed(assertRefused(try verdict(issuing.issue("alice")), code, at: 1), unusable)
            }
        }
        assertAccepted(try verdict(stage.root.intermediate("Strong", key: key).issue("alice")))
    }

    func test_an_anchor_with_such_a_point_is_refused_at_its_index() throws {
        let key = try TestKey.generate()
        for (keys, code) in try cases() {
            for unusable in keys {
                let root = try TestAuthority("Root", key: key, clock: stage.clock.verificationClock) {
                    $0.subjectPublicKeyInfo = unusable.key
                }
                let refused = try verdict(root.issue("alice"), trusting: root)
                assertNamed(assertRefused(refused, code, at: 1), unusable)
            }
        }
    }

    func test_a_pin_does_not_admit_a_self_signed_certificate_with_such_a_point() throws {
        let key = try TestKey.generate()
        for (keys, code) in try cases() {
            for unusable in keys {
                let pinned = try TestIdentity.selfSigned("self", key: key, clock: stage.clock.verificationClock) {
                    $0.subjectPublicKeyInfo = unusable.key
                }
                let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [pinned]))
                let verdict = authenticator.validate(try XCTUnwrap(pinned.presented()))
                assertNamed(assertRefused(verdict, code, at: 0), unusable)
            }
        }
    }

    func test_an_unused_certificate_is_refused_for_a_point_off_its_curve_and_not_for_one_of_small_order() throws {
        let key = try TestKey.generate()
        let alice = try stage.issuing.issue("alice")
        for (keys, code) in try cases() {
            for unusable in keys {
                let spare = try stage.root.intermediate("Spare", key: key) { $0.subjectPublicKeyInfo = unusable.key }
                let chain = alice.chain + [spare.certificateDER]
                let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
                let verdict = try stage.authenticator().validate(presented)
                // As for keys with a defective form: malformed keys are refused everywhere, weak ones only on paths.
                if code == .weakKey { assertAccepted(verdict) } else { assertRefused(verdict, code, at: 2) }
            }
        }
    }

    // MARK: Signers of revocation statements

    func test_a_signer_of_lists_with_such_a_key_is_not_trusted() throws {
        var scene = try RevocationScene()
        let rootList = try scene.stage.root.revocationList()
        for unusable in try signerCases() {
            let key = try TestKey.generate()
            let renewed = try scene.stage.root.intermediate("Stage Issuing", key: key)
            let wrong = try scene.stage.root.intermediate("Stage Issuing", key: key) {
                $0.subjectPublicKeyInfo = unusable.key
            }
            scene.lists = [try renewed.revocationList(), rootList]
            scene.signers = [try wrong.certificate]
            assertSignerIsNamed(try scene.cause(), unusable)
            scene.signers = [try renewed.certificate]
            XCTAssertEqual(try scene.word(), "good", unusable.name)
        }
    }

    func test_a_delegated_responder_with_such_a_key_is_not_trusted() throws {
        var scene = try RevocationScene()
        for unusable in try signerCases() {
            let key = try TestKey.generate()
            let right = try scene.issuing.issue("Responder", .ocspResponder, key: key)
            let wrong = try scene.issuing.issue("Responder", .ocspResponder, key: key) {
                $0.subjectPublicKeyInfo = unusable.key
            }
            let byName = OCSPResponseTemplate.Responder.name("Responder")
            scene.responses = [
                try scene.issuing.ocspResponse(for: scene.alice, responder: wrong) { $0.responder = byName }
            ]
            assertSignerIsNamed(try scene.cause(), unusable)
            scene.responses = [
                try scene.issuing.ocspResponse(for: scene.alice, responder: right) { $0.responder = byName }
            ]
            XCTAssertEqual(try scene.word(), "good", unusable.name)
        }
    }

    func test_a_pinned_responder_with_such_a_key_is_not_trusted() throws {
        var scene = try RevocationScene()
        for unusable in try signerCases() {
            let key = try TestKey.generate()
            let clock = scene.stage.clock.verificationClock
            let right = try TestIdentity.selfSigned("Responder", key: key, clock: clock)
            let wrong = try TestIdentity.selfSigned("Responder", key: key, clock: clock) {
                $0.subjectPublicKeyInfo = unusable.key
            }
            scene.responses = [
                try scene.issuing.ocspResponse(for: scene.alice, responder: right) {
                    $0.responder = .name("Responder")
                    $0.certificates = []
                }
            ]
            let pin = try wrong.certificate
            assertSignerIsNamed(try scene.cause { $0.revocation.pinnedResponders = [pin] }, unusable)
            let other = try right.certificate
            XCTAssertEqual(try scene.word { $0.revocation.pinnedResponders = [other] }, "good", unusable.name)
        }
    }

    private func assertSignerIsNamed(_ cause: RevocationStatus.Cause?, _ key: UnusableKey, line: UInt = #line) {
        guard case .signerNotTrusted(_, let reason)? = cause else {
            return XCTFail("\(key.name): \(String(describing: cause))", line: line)
        }
        XCTAssertTrue(reason.contains(key.message), "\(key.name): \(reason)", line: line)
    }

    // MARK: Keys

    private func cases() throws -> [([UnusableKey], FailureCode)] {
        [(try UnusableKey.pointsOffTheCurve(), .malformed), (UnusableKey.smallOrder, .weakKey)]
    }

    /// Those keys, and keys with a defective form: impossible numbers, points at infinity or hybrid, explicit curves.
    private func signerCases() throws -> [UnusableKey] {
        let key = try TestKey.generate()
        let point = try KeyTemplate.point(of: key)
        let named = KeyTemplate.point(point, onCurve: "1.2.840.10045.3.1.7")
        let hybrid = [point.last?.isMultiple(of: 2) == true ? 6 : 7] + point.dropFirst()
        let modulus = KeyTemplate.modulus(bits: 2048)
        let forms: [(String, String, [UInt8])] = [
            ("explicit curve", "explicit parameters", try KeyTemplate.explicitCurve(of: key)),
            ("hybrid", "point of form \(hybrid[0])", KeyTemplate.point(hybrid, onCurve: "1.2.840.10045.3.1.7")),
            ("infinity", "point of form 0", KeyTemplate.point([0], onCurve: "1.2.840.10045.3.1.7")),
            ("exponent 1", "RSA exponent 1", KeyTemplate.rsa(modulus: modulus, exponent: [1])),
            ("even exponent", "RSA exponent 4", KeyTemplate.rsa(modulus: modulus, exponent: [4])),
            (
                "even modulus", "RSA modulus that is even",
                KeyTemplate.rsa(modulus: KeyTemplate.modulus(bits: 2048, isOdd: false), exponent: [1, 0, 1])
            ),
            ("Ed25519 with parameters", "with parameters", KeyTemplate.key("1.3.101.112", parameters: DER.null, point)),
            ("unknown", "key algorithm 1.2.3.4", KeyTemplate.key("1.2.3.4", [9])),
        ]
        return try UnusableKey.pointsOffTheCurve() + UnusableKey.smallOrder
            + forms.map { UnusableKey(name: $0, message: $1, key: $2, repaired: named) }
    }
}
