// SPDX-License-Identifier: Apache-2.0
// Which names become claims.

import CertAuth
import CertAuthTesting
import XCTest

final class ClaimMappingTests: XCTestCase {
    private static let mailbox = "ceo@victim.example"

    func test_an_emailAddress_with_alternative_names_gives_no_claim() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("mallory") {
            $0.subject = $0.subject.appending(.emailAddress, Self.mailbox)
            $0.extensions.replace(.subjectAlternativeNames([.dns("x.example")]))
        }
        let principal = ClaimMapping(claimsIssuer: nil).principal(of: try identity.certificate)
        XCTAssertEqual(principal.all(.email), [])
        XCTAssertEqual(principal.all(.dns), ["x.example"])
    }

    func test_an_emailAddress_without_alternative_names_is_a_claim() throws {
        let stage = try Stage()
        let identity = try stage.issuing.issue("alice") {
            $0.subject = $0.subject.appending(.emailAddress, Self.mailbox)
        }
        let principal = ClaimMapping(claimsIssuer: nil).principal(of: try identity.certificate)
        XCTAssertEqual(principal.all(.email), [Self.mailbox])
    }
}

extension ClaimMappingTests {
    private func claims(
        _ commonName: String,
        _ names: [GeneralNameTemplate] = [],
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> ClaimsPrincipal {
        let identity = try Stage().issuing.issue(commonName) { template in
            if !names.isEmpty { template.extensions.replace(.subjectAlternativeNames(names)) }
            try customize(&template)
        }
        return ClaimMapping(claimsIssuer: nil).principal(of: try identity.certificate)
    }

    func test_no_name_has_control_direction_or_invisible_characters() throws {
        let hostile = [
            ("admin\u{0}evil", #"admin\u{0}evil"#), ("admin\r\nX: y", #"admin\u{d}\u{a}X: y"#),
            ("\u{202E}nimda", #"\u{202e}nimda"#), ("a\u{2028}b", #"a\u{2028}b"#), ("admin\u{200B}", #"admin\u{200b}"#),
            ("admin\u{3164}", #"admin\u{3164}"#), ("a\u{FE0F}\u{34F}b", #"a\u{fe0f}\u{34f}b"#),
            ("a\\b\u{7F}", #"a\\b\u{7f}"#), (#"admin\u{0}evil"#, #"admin\\u{0}evil"#),
        ]
        for (text, shown) in hostile {
            let principal = try claims(text, [.userPrincipalName(text)])
            XCTAssertEqual(principal.name, shown)
            XCTAssertEqual(principal.all(.upn), [shown])
            for claim in principal.claims {
                XCTAssertTrue(
                    claim.value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E },
                    claim.value
                )
            }
        }
        XCTAssertEqual(Set(hostile.map(\.1)).count, hostile.count, "different names stay different")
        for text in [#"CORP\ursula"#, "J\u{F6}rg M\u{FC}ller", "\u{5C71}\u{7530}\u{3000}\u{592A}\u{90CE}", #"a\b"#] {
            XCTAssertEqual(try claims(text).name, text)
            XCTAssertEqual(try claims(text, [.userPrincipalName(text)]).all(.upn), [text])
        }
    }

    func test_an_empty_common_name_is_not_the_name() throws {
        for empty in ["", " ", "\t\u{A0}"] {
            let principal = try claims(empty) { $0.subject = $0.subject.appending(.organizationName, "Example") }
            XCTAssertEqual(principal.name, "Example")
        }
        XCTAssertNil(try claims("").name)
        XCTAssertEqual(try claims("a") { $0.subject = $0.subject.appending(.organizationName, "Example") }.name, "a")
    }

    func test_with_alternative_names_an_emailAddress_is_not_the_name() throws {
        func name(_ subject: NameTemplate, _ names: [GeneralNameTemplate] = []) throws -> String? {
            try claims("x", names) { $0.subject = subject }.name
        }
        let address = NameTemplate().appending(.emailAddress, Self.mailbox)
        XCTAssertEqual(try name(address), Self.mailbox)
        XCTAssertNil(try name(address, [.dns("x.example")]))
        XCTAssertEqual(try name(address, [.dns("x.example"), .email("a@b.example")]), "a@b.example")
        let place = NameTemplate().appending(.localityName, "Bonn").appending(.emailAddress, Self.mailbox)
        XCTAssertEqual(try name(place, [.dns("x.example")]), "Bonn")
        XCTAssertEqual(try name(address.appending(.commonName, "eve"), [.dns("x.example")]), "eve")
    }

    func test_the_last_of_two_common_names_is_the_name() throws {
        let principal = try claims("first") { $0.subject = $0.subject.appending(.commonName, "second") }
        XCTAssertEqual(principal.name, "second")
    }

    func test_the_serial_number_is_written_as_dotnet_does() throws {
        let known: [([UInt8], String)] = [
            ([0x0A, 0x1B], "0A1B"), ([0x00, 0xC3], "00C3"), ([0x7F], "7F"), ([0x00, 0x80], "0080"),
        ]
        for (bytes, text) in known {
            XCTAssertEqual(try claims("a") { $0.serialNumber = bytes }.first(.serialNumber), text)
        }
    }

    func test_the_text_of_an_otherName_distinguishes_text_from_hexadecimal_digits() throws {
        let own = try XCTUnwrap(OID([1, 2, 3, 4]))
        let known: [([UInt8], String)] = [
            (DER.utf8String("badge"), "1.2.3.4=badge"), (DER.utf8String("#0500"), "1.2.3.4=\\#0500"),
            (DER.null, "1.2.3.4=#0500"), (DER.utf8String("\\#0500"), "1.2.3.4=\\\\#0500"),
        ]
        for (value, text) in known {
            XCTAssertEqual(try claims("a", [.otherName(own, value: value)]).all(.otherName), [text])
        }
    }

    func test_an_international_mailbox_of_only_ASCII_gives_no_identity() async throws {
        let scene = try MappingStage()
        let rule = IdentityRule.otherName(.smtpUTF8Mailbox)
        for (mailbox, isOne) in [("alice@example.com", false), ("\u{E4}lice@example.com", true)] {
            XCTAssertEqual(try claims("a", [.smtpUTF8Mailbox(mailbox)]).all(.smtpUTF8Mailbox), isOne ? [mailbox] : [])
            let store = try MappingStage.alice(.otherName(.smtpUTF8Mailbox, mailbox))
            let result = try await scene.result(scene.identity([.smtpUTF8Mailbox(mailbox)]), [rule], store)
            if isOne { assertAccepted(result) } else { assertRefused(result, .identityNotMapped, at: 0) }
        }
    }
}
