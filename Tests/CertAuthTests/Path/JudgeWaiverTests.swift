// SPDX-License-Identifier: Apache-2.0
// Where OpenSSL would refuse valid input, and that invalid input is still refused there.

import CertAuth
import CertAuthTesting
import XCTest

final class JudgeWaiverTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func verdict(
        on leaf: TestIdentity,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> ValidationVerdict {
        try stage.authenticator(change).validate(try XCTUnwrap(leaf.presented()))
    }

    func test_not_after_is_the_last_second_and_the_next_one_is_too_late() throws {
        let leaf = try stage.issuing.issue("alice") { $0.notAfter = .automatic(Stage.moment) }
        assertAccepted(try verdict(on: leaf))
        stage.clock.advance(by: .seconds(1))
        assertRefused(try verdict(on: leaf), .expired, at: 0)
    }

    func test_anyExtendedKeyUsage_alone_is_a_purpose_on_the_leaf() throws {
        assertAccepted(try verdict(on: stage.issuing.issue("alice", .anyUsage)))
        assertRefused(try verdict(on: stage.issuing.issue("alice", .wrongUsage)), .wrongUsage, at: 0)
    }

    func test_the_netscape_certificate_type_has_no_effect_with_usage_extensions() throws {
        let server = ExtensionTemplate.custom("2.16.840.1.113730.1.1", value: DER.bitString([0x40], unusedBits: 6))
        assertAccepted(try verdict(on: stage.issuing.issue("alice", .client) { $0.extensions.append(server) }))
        let wrong = try stage.issuing.issue("alice", .wrongUsage) {
            $0.extensions.append(.custom("2.16.840.1.113730.1.1", value: DER.bitString([0x80], unusedBits: 7)))
        }
        assertRefused(try verdict(on: wrong), .wrongUsage, at: 0)
    }

    func test_a_URI_with_userinfo_is_validated_by_its_host() throws {
        let issuing = try stage.root.intermediate("Constrained") {
            $0.extensions.append(.nameConstraints(permitted: [.uri("a.example")]))
        }
        func leaf(_ uri: String) throws -> TestIdentity {
            try issuing.issue("alice") { $0.extensions.replace(.subjectAlternativeNames([.uri(uri)])) }
        }
        assertAccepted(try verdict(on: leaf("https://user@a.example/")))
        assertRefused(try verdict(on: leaf("https://a.example@b.example/")), .nameNotPermitted, at: 0)
    }

    func test_an_international_mailbox_is_validated_by_constraints_on_mailboxes() throws {
        let issuing = try stage.root.intermediate("Constrained") {
            $0.extensions.append(.nameConstraints(permitted: [.email("a.example")]))
        }
        func leaf(_ mailbox: String) throws -> TestIdentity {
            try issuing.issue("alice") {
                $0.extensions.replace(.subjectAlternativeNames([.smtpUTF8Mailbox(mailbox)]))
            }
        }
        assertAccepted(try verdict(on: leaf("müller@a.example")))
        assertRefused(try verdict(on: leaf("müller@b.example")), .nameNotPermitted, at: 0)
    }

    func test_a_subjects_mail_address_is_not_constrained_if_there_are_alternative_names() throws {
        let issuing = try stage.root.intermediate("Constrained") {
            $0.extensions.append(.nameConstraints(permitted: [.email("a.example")]))
        }
        func leaf(_ names: [GeneralNameTemplate]) throws -> TestIdentity {
            try issuing.issue("alice") {
                $0.subject = NameTemplate(commonName: "alice").appending(.emailAddress, "alice@b.example")
                if !names.isEmpty { $0.extensions.replace(.subjectAlternativeNames(names)) }
            }
        }
        assertAccepted(try verdict(on: leaf([.dns("a.example")])))
        assertRefused(try verdict(on: leaf([])), .nameNotPermitted, at: 0)
        assertRefused(try verdict(on: leaf([.email("alice@b.example")])), .nameNotPermitted, at: 0)
    }

    func test_a_key_identifier_that_does_not_fit_is_a_hint_and_a_signature_that_does_not_is_not() throws {
        let stale = try stage.issuing.issue("alice") { $0.extensions.replace(.authorityKeyIdentifier([1, 2, 3])) }
        assertAccepted(try verdict(on: stale))
        let elsewhere = try stage.issuing.issue("alice") {
            let other = ExtensionTemplate.authorityKeyIdentifier([1], issuer: "Other Root", serialNumber: [7])
            $0.extensions.replace(other)
        }
        assertAccepted(try verdict(on: elsewhere))
        let forged = try stage.issuing.issue("alice") { $0.signingKey = try TestKey.generate() }
        assertRefused(try verdict(on: forged), .badSignature, at: 0)
    }

    func test_switching_validity_off_waives_nothing_else() throws {
        let expired = try stage.issuing.issue("alice", .expired)
        assertAccepted(try verdict(on: expired) { $0.validateValidityPeriod = false })
        let forged = try stage.issuing.issue("alice", .expired) { $0.signatureDefect = .flippedBit }
        assertRefused(try verdict(on: forged) { $0.validateValidityPeriod = false }, .badSignature, at: 0)
    }
}
