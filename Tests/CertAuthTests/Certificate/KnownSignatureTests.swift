// SPDX-License-Identifier: Apache-2.0
// Signatures located by our parser, compared with OpenSSL's own verification.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class KnownSignatureTests: XCTestCase {
    private static let kinds: [TestKey.Kind] = [.p256, .p384, .p521, .rsa(bits: 2048), .ed25519]

    func test_signatures_verify_only_with_the_key_that_made_them() throws {
        for kind in Self.kinds {
            let authority = try TestAuthority("Root", key: .generate(kind))
            let namesake = try TestAuthority("Root", key: .generate(kind))
            for leafKind in Self.kinds {
                let leaf = try authority.issue("alice", key: .generate(leafKind)).certificateDER
                XCTAssertEqual(try answers(leaf, authority), [true, true], "\(kind) \(leafKind)")
                XCTAssertEqual(try answers(leaf, namesake), [false, false], "\(kind) \(leafKind)")
            }
        }
    }

    func test_keys_of_another_kind_verify_nothing() throws {
        for kind in Self.kinds {
            let authority = try TestAuthority("Root", key: .generate(kind))
            let leaf = try authority.issue("alice").certificateDER
            for otherKind in Self.kinds where "\(otherKind)" != "\(kind)" {
                let other = try TestAuthority("Root", key: .generate(otherKind))
                XCTAssertEqual(try answers(leaf, other), [false, false], "\(kind) \(otherKind)")
            }
        }
    }

    func test_every_damaged_byte_of_the_signed_part_and_the_signature_is_noticed() throws {
        for kind in [TestKey.Kind.p256, .rsa(bits: 2048), .ed25519] {
            let authority = try TestAuthority("Root", key: .generate(kind))
            let leaf = try authority.issue("alice").certificateDER
            let issuer = try Certificate(derEncoded: authority.certificateDER)
            XCTAssertTrue(try Certificate(derEncoded: leaf).handle.isSigned(by: issuer.handle), "\(kind)")
            var readable = 0
            // After the headers of the certificate and of its signed part.
            for position in 8..<leaf.count {
                var damaged = leaf
                damaged[position] ^= 1
                guard let certificate = try? Certificate(derEncoded: damaged) else { continue }
                readable += 1
                XCTAssertFalse(certificate.handle.isSigned(by: issuer.handle), "\(kind) at \(position)")
            }
            XCTAssertGreaterThan(readable, leaf.count / 4, "\(kind)")
        }
    }

    /// The answer with the signature located by our parser, and that of OpenSSL alone.
    private func answers(_ leaf: [UInt8], _ authority: TestAuthority) throws -> [Bool] {
        let known = try Certificate(derEncoded: leaf).handle
        let issuer = try Certificate(derEncoded: authority.certificateDER).handle
        let plain = try X509Certificate(der: leaf)
        let plainIssuer = try X509Certificate(der: authority.certificateDER)
        return [known.isSigned(by: issuer), plain.isSigned(by: plainIssuer)]
    }
}
