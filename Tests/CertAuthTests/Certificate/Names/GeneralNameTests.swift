// SPDX-License-Identifier: Apache-2.0
// Alternative names of all nine kinds.

import CertAuth
import CertAuthTesting
import XCTest

final class GeneralNameTests: XCTestCase {
    private func names(_ templates: [GeneralNameTemplate]) throws -> [GeneralName] {
        try Stage().issuing.issue("alice") {
            $0.extensions.replace(.subjectAlternativeNames(templates))
        }.certificate.subjectAlternativeNames
    }

    private func breach(_ template: GeneralNameTemplate) -> DERError.Reason? {
        do {
            _ = try names([template])
            return nil
        } catch {
            if case .malformedExtension(let identifier, let error)? = (error as? CertificateError)?.cause {
                XCTAssertEqual(identifier.description, "2.5.29.17")
                return error.reason
            }
            XCTFail("\(error)")
            return nil
        }
    }

    func test_every_kind_is_read_in_the_order_of_the_certificate() throws {
        let type = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let found = try names([
            .otherName(type, value: DER.integer(5)), .email("a@example.com"), .dns("a.example.com"),
            .raw(DER.constructed(3, [DER.null])), .directory(NameTemplate(commonName: "d,e")),
            .raw(DER.constructed(5, [DER.constructed(1, [DER.utf8String("p")])])), .uri("spiffe://example/a"),
            .ip("192.0.2.1"), .registeredID(type),
        ])
        XCTAssertEqual(
            found.map(\.description),
            [
                "other-name:1.2.3.4=#020105", "email:a@example.com", "dns:a.example.com", "x400:0500",
                #"directory:CN=d\,e"#, "edi-party:a1030c0170", "uri:spiffe://example/a", "ip:192.0.2.1",
                "registered-id:1.2.3.4",
            ]
        )
    }

    func test_a_user_principal_name_and_a_utf8_mailbox_are_separate_kinds() throws {
        let found = try names([.userPrincipalName("älice@corp"), .smtpUTF8Mailbox("用户@example.com")])
        XCTAssertEqual(found.map(\.kind), ["upn", "smtp-utf8"])
        XCTAssertEqual(found.map(\.value), ["älice@corp", "用户@example.com"])
    }

    func test_a_user_principal_name_that_is_not_a_utf8_string_is_refused() {
        for type in [OID.userPrincipalName, .smtpUTF8Mailbox] {
            let reason = DERError.Reason.invalidValue("otherName \(type) is not a valid UTF8String")
            XCTAssertEqual(breach(.otherName(type, value: DER.ia5String("a@b"))), reason)
            XCTAssertEqual(breach(.otherName(type, value: DER.value(0x0C, [0xFF]))), reason)
            XCTAssertNil(breach(.otherName(type, value: DER.utf8String("a@b"))))
        }
    }

    func test_a_byte_above_ascii_in_an_ascii_name_is_refused() {
        let reason = DERError.Reason.invalidValue("an IA5String with a byte above 0x7f")
        XCTAssertEqual(breach(.dns("é.example.com")), reason)
        XCTAssertEqual(breach(.email("é@example.com")), reason)
        XCTAssertEqual(breach(.uri("https://é")), reason)
        XCTAssertNil(breach(.dns("xn--9ca.example.com")))
    }

    func test_a_name_of_no_known_kind_is_refused() {
        XCTAssertEqual(breach(.raw(DER.context(9, [1]))), .invalidValue("0x89 is not a kind of GeneralName"))
        XCTAssertEqual(breach(.raw(DER.utf8String("a"))), .invalidValue("0xc is not a kind of GeneralName"))
    }

    func test_a_list_without_names_is_refused() throws {
        let identifier = try XCTUnwrap(OID(dotted: "2.5.29.17"))
        let error = DERError(.invalidValue("an empty list of names"), at: 0)
        assertThrows(CertificateError.malformedExtension(identifier, error)) { _ = try names([]) }
    }

    func test_hostile_text_is_kept_as_it_is_and_escaped_when_shown() throws {
        let found = try names([.dns("a\0.example.com"), .email("a\n@example.com")])
        XCTAssertEqual(found.map(\.value), ["a\0.example.com", "a\n@example.com"])
        XCTAssertEqual(found.map(\.description), ["dns:a\\u{0}.example.com", "email:a\\u{a}@example.com"])
    }

    func test_addresses_are_written_in_their_shortest_usual_form() {
        let known: [([UInt8], String)] = [
            ([127, 0, 0, 1], "127.0.0.1"), ([192, 0, 2, 0, 255, 255, 255, 0], "192.0.2.0/255.255.255.0"),
            ([UInt8](repeating: 0, count: 16), "::"), ([UInt8](repeating: 0, count: 15) + [1], "::1"),
            ([0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], "2001:db8::1:0:0:1"),
            ([0x20, 0x01, 0x0D, 0xB8, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "2001:db8:1:1:1:1:1:1"),
            ([0xFE, 0x80] + [UInt8](repeating: 0, count: 14), "fe80::"), ([1, 2, 3], "#010203"), ([], "#"),
        ]
        for (bytes, text) in known { XCTAssertEqual(GeneralName.ipAddress(bytes).value, text) }
    }
}
