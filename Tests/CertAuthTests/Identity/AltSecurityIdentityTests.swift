// SPDX-License-Identifier: Apache-2.0
// Active Directory's mappings: the six forms, and similar texts that are not one of them.

import CertAuth
import CertAuthTesting
import XCTest

final class AltSecurityIdentityTests: XCTestCase {
    private func name(_ text: String) throws -> DistinguishedName { try DistinguishedName(rfc4514: text) }

    func test_KB5014754_the_six_forms_are_read_and_three_are_strong() throws {
        let issuer = try name("CN=Issuing\\, 2,DC=example,DC=com")
        let digest = String(repeating: "ab", count: 20)
        let cases: [(String, CertificateIdentifier, Bool)] = [
            (
                "X509:<I>DC=com,DC=example,CN=\"Issuing, 2\"<SR>C3B2A100",
                .issuerAndSerialNumber(issuer, try XCTUnwrap(SerialNumber(hexadecimal: "A1B2C3"))), true
            ),
            ("X509:<SKI>0102ff", .subjectKeyIdentifier([1, 2, 255]), true),
            ("X509:<SHA1-PUKEY>\(digest)", .thumbprint(try XCTUnwrap(Thumbprint(hexadecimal: digest))), true),
            (
                "X509:<I>DC=com,DC=example,CN=\"Issuing, 2\"<S>DC=com, CN=alice",
                .issuerAndSubject(issuer, try name("CN=alice,DC=com")), false
            ),
            ("X509:<S>DC=com,CN=alice", .subject(try name("CN=Alice,DC=com")), false),
            ("X509:<RFC822>alice@Example.com", .email("alice@example.com"), false),
        ]
        for (text, identifier, isStrong) in cases {
            let found = try AltSecurityIdentity(text)
            XCTAssertEqual(found.identifier, identifier, text)
            XCTAssertEqual(found.isStrong, isStrong, text)
        }
    }

    func test_a_tag_in_quotes_is_text() throws {
        let found = try AltSecurityIdentity("X509:<I>CN=\"a<SR>00\"\"b\"<SR>07")
        let issuer = try DistinguishedName(derEncoded: NameTemplate(commonName: "a<SR>00\"b").encoded)
        XCTAssertEqual(found.identifier, .issuerAndSerialNumber(issuer, SerialNumber(bytes: [7])))
    }

    func test_names_in_the_notation_of_windows_are_read() throws {
        let found = try AltSecurityIdentity(
            "X509:<S>C=US, S=Ohio, E=a@example.com, SERIALNUMBER=7, CN=JANE DOE + OID.0.9.2342.19200300.100.1.1=2500"
        )
        let expected = NameTemplate([
            [.init(.countryName, "US")], [.init(.stateOrProvinceName, "Ohio")], [.init(.emailAddress, "a@example.com")],
            [.init(.serialNumberAttribute, "7")], [.init(.commonName, "JANE DOE"), .init(.userID, "2500")],
        ])
        XCTAssertEqual(found.identifier, .subject(try DistinguishedName(derEncoded: expected.encoded)))
    }

    func test_a_text_similar_to_a_mapping_is_refused() {
        let cases = [
            ("", "it does not begin with 'X509:'"), ("x509:<SKI>01", "it does not begin with 'X509:'"),
            ("Kerberos:alice@EXAMPLE.COM", "it does not begin with 'X509:'"),
            ("X509:", " is not one of the known forms"),
            ("X509:SKI01", "byte 5: expected a tag of a known form"), ("X509:<SKI", "byte 5: a tag that is not closed"),
            ("X509:<I>CN=a", "<I> is not one of the known forms"),
            ("X509:<SR>01", "<SR> is not one of the known forms"),
            ("X509:<SR>01<I>CN=a", "<SR><I> is not one of the known forms"),
            ("X509:<PN>alice@example.com", "<PN> is not one of the known forms"),
            ("X509:<ski>01", "<ski> is not one of the known forms"),
            ("X509:<I>CN=a<S>CN=b<SR>01", "byte 19: expected a tag of a known form"),
            ("X509:<SKI>", "<SKI>: expected 1 to 64 bytes in hexadecimal digits"),
            ("X509:<SKI>012", "<SKI>: expected 1 to 64 bytes in hexadecimal digits"),
            ("X509:<SKI>01:02", "<SKI>: expected 1 to 64 bytes in hexadecimal digits"),
            ("X509:<SKI> 01", "<SKI>: expected 1 to 64 bytes in hexadecimal digits"),
            ("X509:<SHA1-PUKEY>0102", "<SHA1-PUKEY>: expected 20 bytes in hexadecimal digits"),
            ("X509:<I>CN=a<SR>", "<SR>: expected 1 to 32 bytes in hexadecimal digits"),
            ("X509:<I><SR>01", "<I>: byte 0: no '=' after the attribute type"),
            ("X509:<S>CN=", "<S>: byte 3: an empty value before it"),
            ("X509:<S>CN=\"a", "<S>: a quote that is not closed"),
            ("X509:<S>CN=\"a\"b", "<S>: byte 6: neither ',' nor '+' after a value"),
            ("X509:<S>CN=a>b", "<S>: byte 4: a special character outside quotes"),
            ("X509:<RFC822>alice", "<RFC822>: not a mail address"),
            ("X509:<RFC822>a@b@c", "<RFC822>: not a mail address"),
            ("X509:<RFC822>@example.com", "<RFC822>: not a mail address"),
            ("X509:<SKI>01\u{0}", "it contains a zero byte"),
            ("X509:<SKI>" + String(repeating: "01", count: 4096), "more than 8192 bytes"),
        ]
        for (text, reason) in cases {
            assertThrows(MalformedTextError(.altSecurityIdentity, text: text, reason: reason)) {
                _ = try AltSecurityIdentity(text)
            }
        }
    }

    func test_damaged_mappings_are_answered_and_never_trap() {
        let honest = [
            "X509:<I>DC=com,DC=example,CN=\"Issuing, 2\"<SR>C3B2A1", "X509:<SKI>0102ff",
            "X509:<SHA1-PUKEY>\(String(repeating: "ab", count: 20))", "X509:<I>CN=\"a\"\"b\"<S>CN=c + OU=d",
            "X509:<RFC822>alice@example.com",
        ]
        var read = 0
        for (index, text) in honest.enumerated() {
            var mutator = Mutator(seed: UInt64(index))
            for _ in 0..<1_000 {
                let damaged = String(decoding: mutator.mutated(Array(text.utf8)), as: UTF8.self)
                guard let first = try? AltSecurityIdentity(damaged) else { continue }
                XCTAssertEqual(first, try? AltSecurityIdentity(damaged))
                read += 1
            }
        }
        XCTAssertGreaterThan(read, 50)
    }

    func test_a_security_identifier_has_one_spelling() {
        for text in [
            "S-1-5-21-1-2-3-500", "S-1-0-0", "S-1-281474976710655-4294967295",
            "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15",
        ] {
            XCTAssertEqual(WindowsSecurityIdentifier(text)?.description, text)
        }
        let bad = [
            "", "S-1-5", "s-1-5-21", "S-2-5-21", "S-1-05-21", "S-1-5-021", "S-1-5-", "S-1-5-21-", "S-1-5--21",
            "S-1-5-21 ",
            "S-1-5-4294967296", "S-1-281474976710656-1", "S-1-0x5-21", "S-1-5-+1", "S-1-5-\u{661}",
            "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", "S-1-5-99999999999999999999999",
        ]
        for text in bad { XCTAssertNil(WindowsSecurityIdentifier(text), text) }
    }
}
