// SPDX-License-Identifier: Apache-2.0
// Which certificates may issue, to which depth, with which signatures and keys: each rule with its twin.

import CertAuth
import CertAuthTesting
import XCTest

final class IssuerCheckTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        _ identity: TestIdentity,
        trusting anchor: TestAuthority? = nil,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: [(anchor ?? stage.root).certificate], change)
        return try stage.authenticator(options: options).validate(XCTUnwrap(identity.presented()))
    }

    func test_an_issuer_without_basic_constraints_or_keyCertSign_is_refused() throws {
        let without = try stage.root.intermediate("Plain") {
            $0.extensions.removeAll { $0.identifier.description == "2.5.29.19" }
        }
        assertRefused(try verdict(without.issue("alice")), .notACertificateAuthority, at: 1)
        let unsigning = try stage.root.intermediate("Plain") { $0.extensions.replace(.keyUsage([.cRLSign])) }
        assertRefused(try verdict(unsigning.issue("alice")), .notACertificateAuthority, at: 1)
        assertAccepted(try verdict(stage.root.intermediate("Plain").issue("alice")))
    }

    func test_a_leaf_cannot_issue() throws {
        let leaf = try stage.root.issue("alice")
        let pretender = try TestAuthority(
            certificateDER: leaf.certificateDER,
            key: leaf.key,
            issuers: leaf.issuers + [leaf.anchorDER],
            clock: stage.clock.verificationClock
        )
        assertRefused(try verdict(pretender.issue("mallory")), .notACertificateAuthority, at: 1)
    }

    func test_a_path_length_permits_exactly_as_many_intermediates() throws {
        let short = try stage.root.intermediate("Short", pathLength: 0)
        assertAccepted(try verdict(short.issue("alice")))
        assertRefused(try verdict(short.intermediate("Below").issue("alice")), .pathTooLong, at: 2)
        let one = try stage.root.intermediate("One", pathLength: 1)
        assertAccepted(try verdict(one.intermediate("Below").issue("alice")))
    }

    func test_the_roots_path_length_counts_too() throws {
        let root = try TestAuthority("Flat Root", pathLength: 0, clock: stage.clock.verificationClock)
        assertAccepted(try verdict(root.issue("alice"), trusting: root))
        assertRefused(try verdict(root.intermediate("Below").issue("alice"), trusting: root), .pathTooLong, at: 2)
    }

    func test_the_policys_own_limit_counts_intermediates() throws {
        let deep = try stage.root.intermediate("One").intermediate("Two").issue("alice")
        assertRefused(try verdict(deep) { $0.limits.intermediates = 1 }, .pathTooLong, at: nil)
        assertAccepted(try verdict(deep) { $0.limits.intermediates = 2 })
        assertAccepted(try verdict(stage.root.issue("alice")) { $0.limits.intermediates = 0 })
    }

    func test_a_signature_that_does_not_verify_is_refused_at_its_index() throws {
        for defect in [SignatureDefect.flippedBit, .empty, .replaced([1, 2, 3])] {
            let leaf = try stage.issuing.issue("alice") { $0.signatureDefect = defect }
            assertRefused(try verdict(leaf), .badSignature, at: 0)
        }
        let authority = try stage.root.intermediate("Altered") { $0.signatureDefect = .flippedBit }
        assertRefused(try verdict(authority.issue("alice")), .badSignature, at: 1)
        assertAccepted(try verdict(stage.issuing.issue("alice")))
    }

    func test_a_certificate_signed_by_another_key_of_the_issuers_name_is_refused() throws {
        let other = try TestKey.generate()
        let forged = try stage.issuing.issue("alice") { $0.signingKey = other }
        assertRefused(try verdict(forged), .badSignature, at: 0)
    }

    func test_algorithms_that_differ_inside_and_outside_are_malformed() throws {
        let odd = try stage.issuing.issue("alice") { $0.innerAlgorithm = SignatureScheme.ecdsaSHA384.identifier }
        assertRefused(try verdict(odd), .malformed, at: 0)
        let same = try stage.issuing.issue("alice") { $0.signatureScheme = .ecdsaSHA384 }
        assertAccepted(try verdict(same))
    }

    func test_a_sha1_signature_is_weak_on_leaf_and_issuer_and_ignored_on_the_anchor() throws {
        let leaf = try stage.issuing.issue("alice") { $0.signatureScheme = .ecdsaSHA1 }
        assertRefused(try verdict(leaf), .weakSignature, at: 0)
        let issuer = try stage.root.intermediate("Old") { $0.signatureScheme = .ecdsaSHA1 }
        assertRefused(try verdict(issuer.issue("alice")), .weakSignature, at: 1)
        let root = try TestAuthority("Old Root", clock: stage.clock.verificationClock) {
            $0.signatureScheme = .ecdsaSHA1
        }
        assertAccepted(try verdict(root.issue("alice"), trusting: root))
    }

    func test_a_small_or_uncommon_key_is_weak_at_its_index() throws {
        for kind in [TestKey.Kind.rsa(bits: 1024), .secp256k1] {
            let weak = try TestKey.generate(kind)
            assertRefused(try verdict(stage.issuing.issue("alice", key: weak)), .weakKey, at: 0)
            let below = try stage.root.intermediate("Weak", key: weak).issue("alice")
            assertRefused(try verdict(below), .weakKey, at: 1)
        }
        for kind in [TestKey.Kind.rsa(bits: 2048), .p384, .p521, .ed25519, .ed448, .rsaPSS(bits: 2048)] {
            assertAccepted(try verdict(stage.issuing.issue("alice", key: TestKey.generate(kind))))
        }
    }

    func test_the_limits_on_rsa_keys_are_exact() throws {
        let identity = try stage.issuing.issue("alice", key: TestKey.generate(.rsa(bits: 2048)))
        assertRefused(try verdict(identity) { $0.limits.smallestRSABits = 2049 }, .weakKey, at: 0)
        assertAccepted(
            try verdict(identity) {
                $0.limits.smallestRSABits = 2048
                $0.limits.largestRSABits = 2048
            }
        )
        assertRefused(
            try verdict(identity) {
                $0.limits.smallestRSABits = 1024
                $0.limits.largestRSABits = 2047
            },
            .weakKey,
            at: 0
        )
    }

    func test_an_unknown_critical_extension_is_refused_at_its_index() throws {
        let unknown = ExtensionTemplate.custom("1.2.3.4", critical: true, value: DER.null)
        let leaf = try stage.issuing.issue("alice") { $0.extensions.append(unknown) }
        assertRefused(try verdict(leaf), .criticalExtension, at: 0)
        let issuer = try stage.root.intermediate("Odd") { $0.extensions.append(unknown) }
        assertRefused(try verdict(issuer.issue("alice")), .criticalExtension, at: 1)
        let harmless = try stage.issuing.issue("alice") {
            $0.extensions.append(.custom("1.2.3.4", critical: false, value: DER.null))
        }
        assertAccepted(try verdict(harmless))
    }

    func test_a_root_that_is_sent_but_not_trusted_is_untrusted_at_its_index() throws {
        let stranger = try TestAuthority("Stranger", clock: stage.clock.verificationClock)
        let identity = try stranger.issue("alice")
        let chain = try XCTUnwrap(
            PresentedChain(derEncoded: [identity.certificateDER, identity.anchorDER], source: .tls)
        )
        assertRefused(try stage.authenticator().validate(chain), .untrusted, at: 1)
    }

    func test_a_good_path_is_found_after_a_bad_one_and_the_trace_shows_both() throws {
        let now = stage.clock.now
        let expired = try stage.root.intermediate("Stage Issuing", key: stage.issuing.key) {
            $0.notAfter = .automatic(now.adding(seconds: -1))
        }
        let leaf = try stage.issuing.issue("alice")
        let wrongUsage = try stage.issuing.issue("bob", .wrongUsage)
        func chain(_ identity: TestIdentity) throws -> PresentedChain {
            let all = [identity.certificateDER, expired.certificateDER, stage.issuing.certificateDER]
            return try XCTUnwrap(PresentedChain(derEncoded: all, source: .tls))
        }
        let authenticator = try stage.authenticator()
        XCTAssertEqual(
            assertAccepted(authenticator.validate(try chain(leaf)))?.certificates[1],
            try stage.issuing.certificate
        )
        let refusal = assertRefused(authenticator.validate(try chain(wrongUsage)), .expired, at: 1)
        XCTAssertEqual(
            refusal?.trace.attempts.map { $0.findings.map(\.code) },
            [[.wrongUsage], [.expired, .wrongUsage]]
        )
    }
}
