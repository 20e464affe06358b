// SPDX-License-Identifier: Apache-2.0
// Certificates decoded in the restricted decoding contexts equal those decoded by default.

import CertAuthOpenSSL
import CertAuthTesting
import Dispatch
import Synchronization
import XCTest

final class DecodingContextTests: XCTestCase {
    private static let kinds: [(TestKey.Kind, PublicKeyKind)] = [
        (.p256, .ellipticCurve), (.p384, .ellipticCurve), (.rsa(bits: 2048), .rsa), (.ed25519, .ed25519),
        (.ed448, .ed448),
    ]

    func test_a_certificate_keeps_its_bytes_and_its_key() throws {
        for (kind, hint) in Self.kinds {
            let der = try TestIdentity.selfSigned("alice", key: .generate(kind)).certificateDER
            let certificate = try X509Certificate(der: der, key: hint)
            XCTAssertEqual(try certificate.encodedDER(), der)
            XCTAssertTrue(certificate.hasUsablePublicKey)
            XCTAssertTrue(certificate.isSelfSigned)
        }
    }

    func test_keys_verify_signatures_of_certificates_from_every_context() throws {
        for (issuerKind, issuerHint) in Self.kinds {
            let authority = try TestAuthority("Root", key: .generate(issuerKind))
            let namesake = try TestAuthority("Root", key: .generate(issuerKind))
            for (kind, hint) in Self.kinds {
                let der = try authority.issue("alice", key: .generate(kind)).certificateDER
                for leafHint in [hint, nil] {
                    for authorityHint in [issuerHint, nil] {
                        let leaf = try X509Certificate(der: der, key: leafHint)
                        let issuer = try X509Certificate(der: authority.certificateDER, key: authorityHint)
                        let other = try X509Certificate(der: namesake.certificateDER, key: authorityHint)
                        XCTAssertTrue(leaf.isSigned(by: issuer))
                        XCTAssertFalse(leaf.isSigned(by: other))
                    }
                }
            }
        }
    }

    func test_a_wrong_hint_still_finds_the_key() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        let certificate = try X509Certificate(der: der, key: .rsa)
        XCTAssertTrue(certificate.hasUsablePublicKey)
        XCTAssertTrue(certificate.isSelfSigned)
    }

    func test_a_point_off_its_curve_is_not_a_key() throws {
        for kind in [TestKey.Kind.p256, .p384, .p521] {
            let key = try TestKey.generate(kind)
            let der = try TestIdentity.selfSigned("alice", key: key).certificateDER
            let info = try key.subjectPublicKeyInfo()
            let start = try XCTUnwrap(der.indices.first { der[$0...].starts(with: info) })
            for hint in [PublicKeyKind.ellipticCurve, nil] {
                XCTAssertTrue(try X509Certificate(der: der, key: hint).hasUsablePublicKey, "\(kind)")
                for byte in [info.count - 1, info.count - 40] {
                    var damaged = der
                    damaged[start + byte] ^= 1
                    XCTAssertFalse(try X509Certificate(der: damaged, key: hint).hasUsablePublicKey, "\(kind)")
                }
            }
        }
    }

    /// A key with a compressed point, and a certificate with that key.
    private func compressed(_ kind: TestKey.Kind, _ curve: String, _ bytes: Int) throws -> (
        point: [UInt8], der: [UInt8]
    ) {
        let key = try TestKey.generate(kind)
        let point = KeyTemplate.compressed(try KeyTemplate.point(of: key, coordinateBytes: bytes))
        let der = try TestIdentity.selfSigned("alice", key: key) {
            $0.subjectPublicKeyInfo = KeyTemplate.point(point, onCurve: curve)
        }.certificateDER
        return (point, der)
    }

    private static let curves: [(TestKey.Kind, String, Int)] = [
        (.p256, "1.2.840.10045.3.1.7", 32), (.p384, "1.3.132.0.34", 48), (.p521, "1.3.132.0.35", 66),
    ]

    func test_a_compressed_point_is_the_same_key() throws {
        for (kind, curve, bytes) in Self.curves {
            // Both values of the y coordinate's parity.
            for _ in 0..<4 {
                let (_, der) = try compressed(kind, curve, bytes)
                for isUsual in [true, false] {
                    let certificate = try X509Certificate(der: der, key: .ellipticCurve, isUsual: isUsual)
                    XCTAssertEqual(try certificate.encodedDER(), der)
                    XCTAssertTrue(certificate.hasUsablePublicKey, "\(kind)")
                    XCTAssertTrue(certificate.isSelfSigned, "\(kind)")
                }
            }
        }
    }

    func test_a_coordinate_without_a_point_is_not_a_key_in_any_context() throws {
        for (kind, curve, bytes) in Self.curves {
            var counts = [true: 0, false: 0]
            let (point, der) = try compressed(kind, curve, bytes)
            let start = try XCTUnwrap(der.indices.first { der[$0...].starts(with: point) })
            for change in 1...24 as ClosedRange<UInt8> {
                var damaged = der
                damaged[start + point.count - 1] ^= change
                let expected = try X509Certificate(der: damaged).hasUsablePublicKey
                counts[expected, default: 0] += 1
                for isUsual in [true, false] {
                    let certificate = try X509Certificate(der: damaged, key: .ellipticCurve, isUsual: isUsual)
                    XCTAssertEqual(certificate.hasUsablePublicKey, expected, "\(kind) \(change)")
                    XCTAssertFalse(certificate.isSelfSigned)
                    XCTAssertFalse(certificate.isSigned(by: certificate))
                }
            }
            // About half of all x coordinates belong to a point of the curve.
            XCTAssertFalse(counts.values.contains(0), "\(kind) \(counts)")
        }
    }

    func test_a_certificate_is_read_by_many_threads_at_once() throws {
        let authority = try TestAuthority("Root", key: .generate(.p256))
        let leaves = try (0..<8).map { try authority.issue("client \($0)", key: .generate(.p256)).certificateDER }
        let issuer = try X509Certificate(der: authority.certificateDER, key: .ellipticCurve)
        let failures = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 64) { turn in
            let leaf = try? X509Certificate(der: leaves[turn % leaves.count], key: .ellipticCurve)
            if leaf?.isSigned(by: issuer) != true { failures.add(1, ordering: .relaxed) }
        }
        XCTAssertEqual(failures.load(ordering: .relaxed), 0)
    }

    func test_damage_is_reported_as_without_a_hint() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        for damaged in [der + [0x00], Array(der.dropLast()), []] {
            var errors: [OpenSSLError] = []
            for hint in [PublicKeyKind.ellipticCurve, nil] {
                do throws(OpenSSLError) {
                    _ = try X509Certificate(der: damaged, key: hint)
                } catch {
                    errors.append(error)
                }
            }
            XCTAssertEqual(errors.count, 2)
            XCTAssertEqual(errors.first, errors.last)
        }
    }
}
