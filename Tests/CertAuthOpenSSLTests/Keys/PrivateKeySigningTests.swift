// SPDX-License-Identifier: Apache-2.0
// Signatures, and refusals where the algorithm does not match the key.

import CertAuthOpenSSL
import XCTest

final class PrivateKeySigningTests: XCTestCase {
    private let message: [UInt8] = [1, 2, 3]

    func test_an_ed25519_signature_has_64_bytes_and_takes_no_digest() throws {
        let key = try PrivateKey.generate(.ed25519)
        XCTAssertEqual(try key.signature(over: message, digest: nil).count, 64)
        XCTAssertThrowsError(try key.signature(over: message, digest: .sha256)) { error in
            XCTAssertEqual((error as? OpenSSLError)?.entries.map(\.text), ["invalid digest"])
        }
    }

    func test_an_rsa_signature_is_as_long_as_its_key_under_both_paddings() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let plain = try key.signature(over: message, digest: .sha256)
        XCTAssertEqual(plain.count, 256)
        XCTAssertEqual(try key.signature(over: message, digest: .sha256), plain, "PKCS #1 v1.5 is deterministic")
        let salted = try key.signature(over: message, digest: .sha256, padding: .pss)
        XCTAssertEqual(salted.count, 256)
        XCTAssertNotEqual(try key.signature(over: message, digest: .sha256, padding: .pss), salted)
    }

    func test_pss_padding_is_refused_for_a_key_that_is_not_rsa() throws {
        let key = try PrivateKey.generate(.p256)
        XCTAssertThrowsError(try key.signature(over: message, digest: .sha256, padding: .pss)) { error in
            XCTAssertEqual((error as? OpenSSLError)?.operation, "EVP_PKEY_CTX_set_rsa_padding")
        }
        XCTAssertNoThrow(try key.signature(over: message, digest: .sha256))
    }

    func test_an_unknown_digest_is_refused() throws {
        let key = try PrivateKey.generate(.p256)
        XCTAssertThrowsError(try key.signature(over: message, digestName: "ROT13", padding: .standard)) { error in
            XCTAssertEqual((error as? OpenSSLError)?.operation, "EVP_DigestSignInit_ex")
        }
    }
}
