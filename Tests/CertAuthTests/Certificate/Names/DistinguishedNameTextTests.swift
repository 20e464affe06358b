// SPDX-License-Identifier: Apache-2.0
// Names parsed from RFC 4514 text and written again, and invalid texts.

import CertAuth
import CertAuthTesting
import XCTest

final class DistinguishedNameTextTests: XCTestCase {
    private func name(_ attributes: (OID, String)...) throws -> DistinguishedName {
        try DistinguishedName(derEncoded: NameTemplate(attributes.map { [.init($0.0, $0.1)] }).encoded)
    }

    func test_the_text_of_a_name_read_again_is_the_same_name() throws {
        let names = [
            try name((.organizationName, "Example, Inc."), (.commonName, " alice + \"bob\" <x>; # \\ = ")),
            try name((.commonName, "#1")), try name((.commonName, "Z\u{FC}rich \u{1F511}")),
            try name((.commonName, "a\u{0}b\n\u{202E}c")), try name((.commonName, "\\2C")),
            try name((OID([1, 2, 3, 4])!, "own"), (.commonName, "x")), try DistinguishedName(rfc4514: ""),
            try name((.commonName, "")), try name((.organizationName, ""), (.commonName, "a"), (.userID, "")),
            try name((.commonName, " ")), try name((.commonName, "a\u{3164}\u{FE0F}\u{34F}b")),
        ]
        for found in names {
            let again = try DistinguishedName(rfc4514: found.rfc4514)
            XCTAssertTrue(again.matches(found), found.rfc4514)
            XCTAssertEqual(again.rfc4514, found.rfc4514)
        }
        let several = try DistinguishedName(
            derEncoded: NameTemplate([[.init(.commonName, "a"), .init(.organizationName, "b")]]).encoded
        )
        XCTAssertTrue(try DistinguishedName(rfc4514: "O=b+CN=a").matches(several))
        XCTAssertTrue(try DistinguishedName(rfc4514: several.rfc4514).matches(several))
    }

    func test_usual_notations_of_names_are_read_as_intended() throws {
        let issuing = try name((.countryName, "DE"), (.organizationName, "Example, Inc."), (.commonName, "Issuing"))
        for text in ["CN=Issuing,O=Example\\, Inc.,C=DE", "cn = issuing , o= EXAMPLE\\2C  inc. ,2.5.4.6=de"] {
            XCTAssertTrue(try DistinguishedName(rfc4514: text).matches(issuing), text)
        }
        for text in [
            "C=DE,O=Example\\, Inc.,CN=Issuing", "CN=Issuing,O=Example\\, Inc.", "CN=Issuing+O=Example\\, Inc.,C=DE",
        ] {
            XCTAssertFalse(try DistinguishedName(rfc4514: text).matches(issuing), text)
        }
    }

    func test_an_invalid_name_text_is_refused_with_its_position() {
        let cases = [
            ("alice", "byte 0: no '=' after the attribute type"), ("XY=a", "byte 0: unknown attribute type 'XY'"),
            ("CN=a,", "byte 5: no '=' after the attribute type"),
            ("CN=a;O=b", "byte 4: a special character without '\\'"),
            ("CN=\"a\"", "byte 3: a special character without '\\'"),
            ("CN=a\\", "byte 4: an unknown escape sequence"),
            ("CN=\\FF", "byte 6: the value before it is not UTF-8"),
            ("CN=#zz", "byte 4: no hexadecimal digits after '#'"),
            ("CN=#", "byte 4: no hexadecimal digits after '#'"),
            ("CN=#0c05", "DER offset 11: the encoding ends inside a value"),
        ]
        for (text, reason) in cases {
            assertThrows(MalformedTextError(.distinguishedName, text: text, reason: reason)) {
                _ = try DistinguishedName(rfc4514: text)
            }
        }
        let long = "CN=" + String(repeating: "a", count: 4094)
        assertThrows(MalformedTextError(.distinguishedName, text: long, reason: "more than 4096 bytes")) {
            _ = try DistinguishedName(rfc4514: long)
        }
        let many = Array(repeating: "CN=a", count: 65).joined(separator: ",")
        assertThrows(MalformedTextError(.distinguishedName, text: many, reason: "more than 64 attributes")) {
            _ = try DistinguishedName(rfc4514: many)
        }
    }

    func test_damaged_names_are_answered_and_never_trap() throws {
        var mutator = Mutator(seed: 4514)
        let text = Array("CN=alice\\2C \\\"x\\\",OU=#0c0161+2.5.4.5=7,O=Example\\, Inc.,DC=example".utf8)
        var read = 0
        for _ in 0..<3_000 {
            let damaged = String(decoding: mutator.mutated(text), as: UTF8.self)
            guard let found = try? DistinguishedName(rfc4514: damaged) else { continue }
            read += 1
            XCTAssertTrue(try DistinguishedName(rfc4514: found.rfc4514).matches(found), damaged)
        }
        XCTAssertGreaterThan(read, 100)
    }
}
