// SPDX-License-Identifier: Apache-2.0
// Distinguished names: conversion to text, and comparison.

import CertAuth
import CertAuthTesting
import XCTest

final class DistinguishedNameTests: XCTestCase {
    private typealias Attribute = NameTemplate.Attribute

    private func name(_ template: NameTemplate) throws -> DistinguishedName {
        try DistinguishedName(derEncoded: template.encoded)
    }

    private func text(_ value: String) throws -> String { try name(NameTemplate(commonName: value)).rfc4514 }

    func test_the_most_specific_attribute_comes_first_with_the_short_names_of_the_rfc() throws {
        let country = try XCTUnwrap(OID(dotted: "2.5.4.6"))
        let component = try XCTUnwrap(OID(dotted: "0.9.2342.19200300.100.1.25"))
        let user = try XCTUnwrap(OID(dotted: "0.9.2342.19200300.100.1.1"))
        let name = try name(
            NameTemplate().appending(country, "CH").appending(component, "example").appending(.organizationName, "O")
                .appending(.organizationalUnitName, "U").appending(user, "7").appending(.commonName, "alice")
        )
        XCTAssertEqual(name.rfc4514, "CN=alice,UID=7,OU=U,O=O,DC=example,C=CH")
        XCTAssertEqual(name.entries.map(\.shortName), ["C", "DC", "O", "OU", "UID", "CN"])
        XCTAssertEqual(name.values(of: .commonName), ["alice"])
    }

    func test_special_characters_are_escaped_as_the_rfc_says() throws {
        let known = [
            (#"a,b"#, #"CN=a\,b"#), (#"a+b"#, #"CN=a\+b"#), ("a\"b", "CN=a\\\"b"), (#"a\b"#, #"CN=a\\b"#),
            (#"a<b>c;d"#, #"CN=a\<b\>c\;d"#), ("#a", "CN=\\#a"), ("a#", "CN=a#"), (" a ", #"CN=\ a\ "#),
            (" ", #"CN=\ "#), ("a b", "CN=a b"), ("a=b", "CN=a=b"), ("", "CN="), ("é", "CN=é"), ("Лев", "CN=Лев"),
        ]
        for (value, expected) in known { XCTAssertEqual(try text(value), expected) }
    }

    func test_control_and_direction_characters_are_escaped_byte_by_byte() throws {
        let known = [
            ("a\u{0}b", #"CN=a\00b"#), ("a\r\nCN=admin", #"CN=a\0D\0ACN=admin"#), ("\u{1B}[2J", #"CN=\1B[2J"#),
            ("a\u{7F}", #"CN=a\7F"#), ("a\u{85}b", #"CN=a\C2\85b"#), ("\u{202E}nimda", #"CN=\E2\80\AEnimda"#),
            ("a\u{200B}b", #"CN=a\E2\80\8Bb"#), ("a\u{2028}b", #"CN=a\E2\80\A8b"#),
            // Invisible characters: default-ignorable code points outside the categories above.
            ("a\u{3164}b", #"CN=a\E3\85\A4b"#), ("a\u{FE0F}b", #"CN=a\EF\B8\8Fb"#), ("a\u{34F}b", #"CN=a\CD\8Fb"#),
        ]
        for (value, expected) in known { XCTAssertEqual(try text(value), expected) }
    }

    func test_a_relative_name_of_several_attributes_is_joined_by_plus() throws {
        let name = try name(
            NameTemplate([
                [Attribute(.organizationName, "Example")],
                [Attribute(.commonName, "alice"), Attribute(.organizationalUnitName, "door")],
            ])
        )
        XCTAssertEqual(name.relativeNames.map(\.count), [1, 2])
        XCTAssertEqual(name.rfc4514, "OU=door+CN=alice,O=Example")
    }

    func test_every_string_type_is_read_as_text() throws {
        let known: [(UInt8, [UInt8], String)] = [
            (0x0C, Array("Łukasz".utf8), "Łukasz"), (0x13, Array("Plain".utf8), "Plain"),
            (0x16, Array("a@b".utf8), "a@b"), (0x14, [0x41, 0xE9], "Aé"),
            (0x1E, [0x01, 0x41, 0x00, 0x75], "Łu"), (0x1C, [0x00, 0x01, 0xF6, 0x00], "\u{1F600}"),
            (0x12, Array("12".utf8), "12"), (0x1A, Array("v".utf8), "v"),
        ]
        for (tag, contents, expected) in known {
            let name = try name(NameTemplate([[Attribute(type: .commonName, tag: tag, contents: contents)]]))
            XCTAssertEqual(name.entries.first?.text, expected)
        }
    }

    func test_a_value_with_invalid_text_is_shown_as_hexadecimal_DER() throws {
        let wrong: [(UInt8, [UInt8], String)] = [
            (0x0C, [0xC3, 0x28], "CN=#0c02c328"), (0x13, [0x80], "CN=#130180"), (0x1E, [0x41], "CN=#1e0141"),
            (0x1E, [0xD8, 0x00], "CN=#1e02d800"), (0x02, [0x05], "CN=#020105"),
            (0x1C, [0x7F, 0, 0, 0], "CN=#1c047f000000"),
        ]
        for (tag, contents, expected) in wrong {
            let name = try name(NameTemplate([[Attribute(type: .commonName, tag: tag, contents: contents)]]))
            XCTAssertNil(name.entries.first?.text)
            XCTAssertEqual(name.rfc4514, expected)
        }
    }

    func test_an_attribute_without_a_short_name_is_dotted_with_hexadecimal_der() throws {
        let type = try XCTUnwrap(OID(dotted: "2.5.4.45"))
        XCTAssertEqual(try name(NameTemplate().appending(type, "abc")).rfc4514, "2.5.4.45=#0c03616263")
    }

    func test_names_match_whatever_case_spaces_and_string_type() throws {
        let plain = try name(NameTemplate(commonName: "Example Root"))
        let other = try name(
            NameTemplate([[Attribute(type: .commonName, tag: 0x13, contents: Array("  example   ROOT ".utf8))]])
        )
        XCTAssertTrue(plain.matches(other))
        XCTAssertNotEqual(plain, other)
        for different in ["Example Root2", "ExampleRoot", "Example-Root"] {
            XCTAssertFalse(plain.matches(try name(NameTemplate(commonName: different))), different)
        }
        XCTAssertFalse(plain.matches(try name(NameTemplate().appending(.organizationName, "Example Root"))))
    }

    func test_text_is_not_moved_between_attributes() throws {
        let one = NameTemplate().appending(.commonName, "ab").appending(.commonName, "c")
        let two = NameTemplate().appending(.commonName, "a").appending(.commonName, "bc")
        XCTAssertFalse(try name(one).matches(name(two)))
        let joined = NameTemplate([[Attribute(.commonName, "ab"), Attribute(.commonName, "c")]])
        XCTAssertFalse(try name(one).matches(name(joined)))
    }

    func test_the_empty_name_is_empty_and_a_relative_name_without_attributes_is_refused() throws {
        XCTAssertTrue(try name(.empty).isEmpty)
        XCTAssertEqual(try name(.empty).rfc4514, "")
        assertThrows(DERError(.invalidValue("a relative name without attributes"), at: 4)) {
            _ = try DistinguishedName(derEncoded: DER.sequence([DER.set([])]))
        }
    }

    func test_a_certificate_describes_itself_safely() throws {
        let stage = try Stage()
        let hostile = try stage.issuing.issue("a\u{1B}[2J\u{202E}").certificate
        XCTAssertEqual(hostile.description, #"CN=a\1B[2J\E2\80\AE"#)
        let nameless = try stage.issuing.issue("x") {
            $0.subject = .empty
            $0.serialNumber = [0x2A]
        }
        XCTAssertEqual(try nameless.certificate.description, "serial 2A")
        let long = try stage.issuing.issue(String(repeating: "x", count: 5_000)).certificate
        XCTAssertEqual(long.description.count, DisplayText.limit + 1)
    }
}
