// SPDX-License-Identifier: Apache-2.0
// Algorithms and sizes of keys.

import CertAuth
import CertAuthTesting
import XCTest

final class PublicKeyTests: XCTestCase {
    func test_each_kind_of_key_is_reported_with_its_size() throws {
        let root = try Stage().root
        let known: [(TestKey.Kind, String, Int?)] = [
            (.p256, "P-256", 256), (.p384, "P-384", 384), (.p521, "P-521", 521), (.ed25519, "Ed25519", 256),
            (.ed448, "Ed448", 456), (.rsa(bits: 1024), "RSA 1024", 1024), (.rsa(bits: 2048), "RSA 2048", 2048),
            (.rsaPSS(bits: 2048), "RSA-PSS 2048", 2048), (.secp256k1, "curve 1.3.132.0.10", nil),
        ]
        for (kind, summary, bits) in known {
            let key = try TestKey.generate(kind)
            let info = try root.issue("alice", key: key).certificate.publicKey
            XCTAssertEqual(info.summary, summary)
            XCTAssertEqual(info.bitCount, bits)
            XCTAssertEqual(info.derEncoded, try key.subjectPublicKeyInfo())
        }
    }

    func test_a_curve_by_explicit_parameters_is_a_separate_kind() throws {
        let identity = try Stage().root.issue("alice") {
            $0.subjectPublicKeyInfo = DER.sequence([
                DER.sequence([DER.objectIdentifier(dotted: "1.2.840.10045.2.1"), DER.sequence([DER.integer(1)])]),
                DER.bitString([4, 1, 2]),
            ])
        }
        XCTAssertEqual(try identity.certificate.publicKey.kind, .explicitEllipticCurve)
        XCTAssertNil(try identity.certificate.publicKey.bitCount)
    }

    func test_an_unknown_algorithm_is_named_by_its_identifier() throws {
        let unknown = try XCTUnwrap(OID(dotted: "1.2.3.4"))
        let identity = try Stage().root.issue("alice") {
            $0.subjectPublicKeyInfo = DER.sequence([
                DER.sequence([DER.objectIdentifier(unknown)]), DER.bitString([1]),
            ])
        }
        XCTAssertEqual(try identity.certificate.publicKey.kind, .other(unknown))
        XCTAssertEqual(try identity.certificate.publicKey.summary, "algorithm 1.2.3.4")
    }

    func test_a_key_with_unused_bits_or_a_broken_modulus_is_malformed() throws {
        let rsa = DER.sequence([DER.objectIdentifier(dotted: "1.2.840.113549.1.1.1"), DER.null])
        let wrong: [([UInt8], DERError.Reason)] = [
            (DER.bitString([0x80], unusedBits: 7), .invalidValue("a public key with unused bits")),
            (DER.bitString([0x02, 0x01, 0x05]), .unexpectedTag(found: 0x02, expected: 0x30)),
            (DER.bitString([0x30, 0x05]), .truncated),
        ]
        for (bits, reason) in wrong {
            let identity = try Stage().root.issue("alice") { $0.subjectPublicKeyInfo = DER.sequence([rsa, bits]) }
            XCTAssertThrowsError(try identity.certificate) { error in
                guard case .malformed(let found)? = (error as? CertificateError)?.cause else {
                    return XCTFail("\(error)")
                }
                XCTAssertEqual(found.reason, reason)
            }
        }
    }
}
