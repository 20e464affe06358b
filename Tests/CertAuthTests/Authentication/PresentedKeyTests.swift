// SPDX-License-Identifier: Apache-2.0
// Keys that cannot be accepted, at each position of a path and by each source of the chain.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PresentedKeyTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private struct Form {
        let name: String
        let code: FailureCode
        let key: [UInt8]
        /// The same key with only this defect repaired.
        let repaired: [UInt8]
    }

    private func forms(of key: TestKey) throws -> [Form] {
        let point = try KeyTemplate.point(of: key)
        let named = KeyTemplate.point(point, onCurve: "1.2.840.10045.3.1.7")
        let hybrid = [point.last?.isMultiple(of: 2) == true ? 6 : 7] + point.dropFirst()
        let modulus = KeyTemplate.modulus(bits: 2048)
        let rsa = KeyTemplate.rsa(modulus: modulus, exponent: [1, 0, 1])
        return [
            Form(name: "explicit", code: .weakKey, key: try KeyTemplate.explicitCurve(of: key), repaired: named),
            Form(
                name: "hybrid",
                code: .malformed,
                key: KeyTemplate.point(hybrid, onCurve: "1.2.840.10045.3.1.7"),
                repaired: named
            ),
            Form(
                name: "exponent 1",
                code: .weakKey,
                key: KeyTemplate.rsa(modulus: modulus, exponent: [1]),
                repaired: rsa
            ),
            Form(
                name: "exponent of 65 bits",
                code: .weakKey,
                key: KeyTemplate.rsa(modulus: modulus, exponent: [1, 0, 0, 0, 0, 0, 0, 0, 1]),
                repaired: rsa
            ),
            Form(
                name: "modulus of 8,193 bits",
                code: .weakKey,
                key: KeyTemplate.rsa(modulus: KeyTemplate.modulus(bits: 8193), exponent: [1, 0, 1]),
                repaired: rsa
            ),
            Form(
                name: "even modulus",
                code: .weakKey,
                key: KeyTemplate.rsa(modulus: KeyTemplate.modulus(bits: 2048, isOdd: false), exponent: [1, 0, 1]),
                repaired: rsa
            ),
            Form(
                name: "Ed25519 of 31 bytes",
                code: .malformed,
                key: KeyTemplate.key("1.3.101.112", [UInt8](repeating: 9, count: 31)),
                repaired: named
            ),
            Form(name: "unknown", code: .weakKey, key: KeyTemplate.key("1.2.3.4", [9]), repaired: named),
        ]
    }

    private func verdict(
        _ identity: TestIdentity,
        _ source: PresentedChain.Source = .tls,
        trusting anchor: TestAuthority? = nil
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: anchor.map { [try $0.certificate] })
        return try stage.authenticator(options: options).validate(try XCTUnwrap(identity.presented(source)))
    }

    func test_a_leaf_is_refused_in_a_handshake_and_in_a_header_alike() throws {
        let key = try TestKey.generate(.p256)
        for form in try forms(of: key) {
            for source in [.tls, .forwarded(dialect: "test", verifiedByProxy: false)] as [PresentedChain.Source] {
                let wrong = try stage.issuing.issue("alice", key: key) { $0.subjectPublicKeyInfo = form.key }
                let failure = assertRefused(try verdict(wrong, source), form.code, at: 0)
                XCTAssertEqual(failure?.trace.attempts.count, 0, "\(form.name): nothing was parsed")
                let right = try stage.issuing.issue("alice", key: key) { $0.subjectPublicKeyInfo = form.repaired }
                assertAccepted(try verdict(right, source))
            }
        }
    }

    func test_an_intermediate_is_refused_at_its_index() throws {
        let key = try TestKey.generate(.p256)
        for form in try forms(of: key) {
            let issuing = try stage.root.intermediate("Weak", key: key) { $0.subjectPublicKeyInfo = form.key }
            assertRefused(try verdict(issuing.issue("alice")), form.code, at: 1)
        }
        assertAccepted(try verdict(stage.root.intermediate("Strong", key: key).issue("alice")))
    }

    func test_a_certificate_that_no_path_needs_is_refused_where_decoding_it_costs_too_much() throws {
        let key = try TestKey.generate(.p256)
        let alice = try stage.issuing.issue("alice")
        for form in try forms(of: key) {
            let spare = try stage.root.intermediate("Spare", key: key) { $0.subjectPublicKeyInfo = form.key }
            let chain = alice.chain + [spare.certificateDER]
            let presented = try XCTUnwrap(PresentedChain(derEncoded: chain, source: .tls))
            let verdict = try stage.authenticator().validate(presented)
            // Only weak: it may be a cross-certificate with a key of a future algorithm.
            let isHarmless = ["exponent 1", "even modulus", "unknown"].contains(form.name)
            if isHarmless { assertAccepted(verdict) } else { assertRefused(verdict, form.code, at: 2) }
        }
    }

    func test_an_anchor_is_refused_like_an_intermediate() throws {
        let key = try TestKey.generate(.p256)
        for form in try forms(of: key) {
            let root = try TestAuthority("Root", key: key, clock: stage.clock.verificationClock) {
                $0.subjectPublicKeyInfo = form.key
            }
            assertRefused(try verdict(root.issue("alice"), trusting: root), form.code, at: 1)
        }
        let strong = try TestAuthority("Root", key: key, clock: stage.clock.verificationClock)
        assertAccepted(try verdict(strong.issue("alice"), trusting: strong))
    }

    func test_a_pin_does_not_admit_a_self_signed_certificate_with_such_a_key() throws {
        let key = try TestKey.generate(.p256)
        for form in try forms(of: key) {
            let pinned = try TestIdentity.selfSigned("self", key: key, clock: stage.clock.verificationClock) {
                $0.subjectPublicKeyInfo = form.key
            }
            let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [pinned]))
            assertRefused(authenticator.validate(try XCTUnwrap(pinned.presented())), form.code, at: 0)
        }
        let right = try TestIdentity.selfSigned("self", key: key, clock: stage.clock.verificationClock)
        let authenticator = try stage.authenticator(options: stage.selfSignedOptions(pinning: [right]))
        assertAccepted(authenticator.validate(try XCTUnwrap(right.presented())))
    }

    func test_an_authority_whose_exponent_is_1_signs_nothing() throws {
        // Anyone can compute this: the padded digest is its own signature. The path is refused before it is verified.
        let forged = try stage.root.intermediate("Forgery") {
            $0.subjectPublicKeyInfo = KeyTemplate.rsa(modulus: KeyTemplate.modulus(bits: 2048), exponent: [1])
        }
        let certificate = try forged.certificate
        XCTAssertFalse(try forged.issue("mallory").certificate.handle.isSigned(by: certificate.handle))
        assertRefused(try verdict(forged.issue("mallory")), .weakKey, at: 1)
    }

    func test_DSA_is_refused_on_its_bytes_at_the_default_security_level() throws {
        let key = try TestKey.generate(.dsa(bits: 2048))
        let identity = try stage.issuing.issue("alice", key: key)
        let failure = assertRefused(try verdict(identity), .weakKey, at: 0)
        XCTAssertEqual(failure?.message, "DSA key, expected RSA, ECDSA or EdDSA")
        XCTAssertEqual(failure?.trace.attempts.count, 0)
    }

    func test_more_DER_values_than_the_limit_are_refused_before_they_are_parsed() throws {
        let names = (0..<200).map { GeneralNameTemplate.dns("\($0).example") }
        let wide = try stage.issuing.issue("alice") { $0.extensions.append(.subjectAlternativeNames(names)) }
        let chain = try XCTUnwrap(wide.presented())
        let refusal = assertRefused(
            try stage.authenticator { $0.limits.presentedValues = 300 }.validate(chain),
            .limitExceeded,
            at: nil
        )
        XCTAssertEqual(refusal?.message, "chain of more than 300 DER values (limits.presentedValues)")
        assertAccepted(try stage.authenticator { $0.limits.presentedValues = 600 }.validate(chain))
    }
}
