// SPDX-License-Identifier: Apache-2.0
// Strict base64.

import CertAuth
import XCTest

final class Base64Tests: XCTestCase {
    /// The test vectors of RFC 4648 section 10.
    private static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    func test_the_vectors_of_the_rfc_are_encoded_and_decoded() {
        for (plain, text) in Self.vectors {
            XCTAssertEqual(Base64.encoded(Array(plain.utf8)), text)
            XCTAssertEqual(Base64.decoded(text.utf8), Array(plain.utf8))
        }
    }

    func test_each_byte_is_read_back_at_each_length() {
        let bytes = (0...255).map { UInt8($0) }
        for count in 0...bytes.count {
            let part = Array(bytes.prefix(count))
            XCTAssertEqual(Base64.decoded(Base64.encoded(part).utf8), part)
        }
    }

    func test_text_that_is_not_strict_base64_is_nil() {
        let wrong = [
            "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm8=Zm8=", "====", "=Zg=", "Z===", "Zm9v\n", "Zm 9", "Zm9-", "Zm9_",
            "Zé==",
        ]
        for text in wrong { XCTAssertNil(Base64.decoded(text.utf8), text) }
    }
}
