// SPDX-License-Identifier: Apache-2.0
// Generating keys of each kind.

import CertAuthOpenSSL
import XCTest

final class PrivateKeyGenerationTests: XCTestCase {
    func test_every_kind_has_its_algorithm_and_size() throws {
        let expected: [(PrivateKeyKind, String, Int)] = [
            (.p256, "EC", 256), (.p384, "EC", 384), (.p521, "EC", 521), (.secp256k1, "EC", 256),
            (.rsa(bits: 2048), "RSA", 2048), (.rsa(bits: 1024), "RSA", 1024), (.rsaPSS(bits: 2048), "RSA-PSS", 2048),
            (.ed25519, "ED25519", 256), (.ed448, "ED448", 456), (.dsa(bits: 1024), "DSA", 1024),
        ]
        for (kind, algorithm, bits) in expected {
            let key = try PrivateKey.generate(kind)
            XCTAssertEqual(key.algorithmName, algorithm, "\(kind)")
            XCTAssertEqual(key.bits, bits, "\(kind)")
        }
    }

    func test_an_rsa_key_below_512_bits_is_refused() {
        XCTAssertThrowsError(try PrivateKey.generate(.rsa(bits: 256))) { error in
            let error = error as? OpenSSLError
            XCTAssertEqual(error?.entries.map(\.text), ["key size too small"])
        }
    }

    func test_two_keys_differ() throws {
        let keys = try [PrivateKey.generate(.p256), PrivateKey.generate(.p256)]
        XCTAssertNotEqual(try keys[0].subjectPublicKeyInfo(), try keys[1].subjectPublicKeyInfo())
    }
}
