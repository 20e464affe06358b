// SPDX-License-Identifier: Apache-2.0
// Cases D1, D3, D4 and D5 of Docs/Cases.md: chains.

import CertAuth
import CertAuthTesting
import XCTest

final class ChainCaseTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        on identity: TestIdentity,
        trusting anchor: Certificate? = nil
    ) throws -> ValidationVerdict {
        let options = try stage.options(trusting: anchor.map { [$0] })
        return try stage.authenticator(options: options).validate(try XCTUnwrap(identity.presented()))
    }

    func test_an_intermediate_that_the_client_sends_is_enough() throws {
        let alice = try stage.issuing.issue("alice")
        let chain = assertAccepted(try verdict(on: alice))
        XCTAssertEqual(
            chain?.certificates,
            [try alice.certificate, try stage.issuing.certificate, try stage.root.certificate]
        )
        let alone = try stage.authenticator().validate(try XCTUnwrap(alice.presentedAlone))
        assertRefused(alone, .untrusted, at: 0)
    }

    func test_a_root_for_servers_alone_is_refused_at_the_root() throws {
        func identity(_ purposes: [OID]) throws -> TestIdentity {
            let root = try TestAuthority("Root", clock: stage.clock.verificationClock) {
                $0.extensions.append(.extendedKeyUsage(purposes))
            }
            return try root.intermediate("Issuing").issue("alice")
        }
        let server = try identity([.serverAuth])
        let client = try identity([.serverAuth, .clientAuth])
        assertRefused(try verdict(on: server, trusting: Certificate(derEncoded: server.anchorDER)), .wrongUsage, at: 2)
        assertAccepted(try verdict(on: client, trusting: Certificate(derEncoded: client.anchorDER)))
    }

    func test_an_intermediate_for_servers_alone_is_refused_at_the_intermediate() throws {
        func identity(_ purposes: [OID]) throws -> TestIdentity {
            try stage.root.intermediate("Other") { $0.extensions.append(.extendedKeyUsage(purposes)) }.issue("alice")
        }
        assertRefused(try verdict(on: identity([.serverAuth])), .wrongUsage, at: 1)
        assertAccepted(try verdict(on: identity([.clientAuth])))
        assertAccepted(try verdict(on: identity([.clientAuth, .anyExtendedKeyUsage])))
    }

    func test_a_leaf_for_any_purpose_is_accepted() throws {
        assertAccepted(try verdict(on: stage.issuing.issue("alice", .anyUsage)))
    }

    func test_a_critical_extended_key_usage_means_the_same_as_a_non_critical_one() throws {
        func identity(_ purpose: OID) throws -> TestIdentity {
            try stage.issuing.issue("alice") { $0.extensions.replace(.extendedKeyUsage([purpose], critical: true)) }
        }
        assertAccepted(try verdict(on: identity(.clientAuth)))
        assertRefused(try verdict(on: identity(.serverAuth)), .wrongUsage, at: 0)
    }

    func test_a_corrupt_extended_key_usage_is_malformed() throws {
        for value in [[0x30, 0], [0x30, 2, 0x05, 0], [0x30, 3, 0x06, 1], [0x04, 0]] as [[UInt8]] {
            let corrupt = try stage.issuing.issue("alice") {
                $0.extensions.replace(ExtensionTemplate(.extKeyUsage, value: value))
            }
            assertRefused(try verdict(on: corrupt), .malformed, at: 0)
        }
    }

    func test_a_leaf_whose_key_may_not_sign_is_refused() throws {
        func identity(_ bits: Set<KeyUsageBit>) throws -> TestIdentity {
            try stage.issuing.issue("alice") { $0.extensions.replace(.keyUsage(bits)) }
        }
        assertRefused(try verdict(on: identity([.keyEncipherment])), .wrongUsage, at: 0)
        assertRefused(try verdict(on: identity([.contentCommitment])), .wrongUsage, at: 0)
        assertAccepted(try verdict(on: identity([.digitalSignature, .keyEncipherment])))
    }

    func test_a_leaf_that_is_a_CA_is_accepted_only_if_the_policy_allows_it() throws {
        let authority = try stage.root.intermediate("Alice CA") {
            $0.extensions.replace(.keyUsage([.digitalSignature, .keyCertSign]))
        }
        let presented = try XCTUnwrap(authority.identity.presented())
        assertAccepted(try stage.authenticator().validate(presented))
        let strict = try stage.authenticator { $0.allowsAuthorityAsClient = false }
        assertRefused(strict.validate(presented), .wrongUsage, at: 0)
    }

    func test_a_path_longer_than_an_issuer_permits_is_refused_at_that_issuer() throws {
        let below = try stage.issuing.intermediate("One Too Many")
        assertRefused(try verdict(on: below.issue("alice")), .pathTooLong, at: 2)
        assertAccepted(try verdict(on: stage.issuing.issue("alice")))
    }

    func test_a_name_that_the_issuer_must_not_certify_is_refused() throws {
        let issuing = try stage.root.intermediate("Constrained") {
            $0.extensions.append(.nameConstraints(permitted: [.dns("a.example")]))
        }
        func identity(_ host: String) throws -> TestIdentity {
            try issuing.issue("alice") { $0.extensions.replace(.subjectAlternativeNames([.dns(host)])) }
        }
        assertRefused(try verdict(on: identity("b.example")), .nameNotPermitted, at: 0)
        assertAccepted(try verdict(on: identity("b.a.example")))
    }

    func test_an_unknown_critical_extension_is_refused() throws {
        func identity(critical: Bool) throws -> TestIdentity {
            try stage.issuing.issue("alice") {
                $0.extensions.append(.custom("1.2.3.4.5", critical: critical, value: DER.null))
            }
        }
        assertRefused(try verdict(on: identity(critical: true)), .criticalExtension, at: 0)
        assertAccepted(try verdict(on: identity(critical: false)))
    }

    func test_a_self_issued_certificate_of_another_key_is_chained_and_not_self_signed() throws {
        let identity = try stage.root.issue("alice") { $0.subject = "Stage Root" }
        XCTAssertFalse(try identity.certificate.isSelfSigned)
        assertAccepted(try verdict(on: identity))
        let selfSigned = try stage.authenticator(options: stage.selfSignedOptions(pinning: [identity]))
        assertRefused(selfSigned.validate(try XCTUnwrap(identity.presented())), .certificateTypeNotAllowed, at: 0)
        let stranger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock).issue("alice") {
            $0.subject = "Stage Root"
        }
        assertRefused(try verdict(on: stranger), .badSignature, at: 0)
    }

    func test_a_self_signed_certificate_with_a_broken_signature_is_not_self_signed() throws {
        let broken = try stage.selfSigned { $0.signatureDefect = .flippedBit }
        XCTAssertFalse(try broken.certificate.isSelfSigned)
        let pinned = try stage.authenticator(options: stage.selfSignedOptions(pinning: [broken]))
        assertRefused(pinned.validate(try XCTUnwrap(broken.presented())), .certificateTypeNotAllowed, at: 0)
        assertRefused(try verdict(on: broken), .untrusted, at: 0)
        let whole = try stage.selfSigned()
        let twin = try stage.authenticator(options: stage.selfSignedOptions(pinning: [whole]))
        assertAccepted(twin.validate(try XCTUnwrap(whole.presented())))
    }
}
