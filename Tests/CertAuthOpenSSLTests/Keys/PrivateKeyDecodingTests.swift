// SPDX-License-Identifier: Apache-2.0
// Decoding private keys, and errors that distinguish the operator's mistakes.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PrivateKeyDecodingTests: XCTestCase {
    func test_a_plain_key_is_read_back_from_pem_and_der() throws {
        for kind in [PrivateKeyKind.p256, .rsa(bits: 2048), .rsaPSS(bits: 2048), .ed25519, .ed448] {
            let key = try PrivateKey.generate(kind)
            let expected = try key.subjectPublicKeyInfo()
            XCTAssertEqual(try PrivateKey(pem: key.pem()).subjectPublicKeyInfo(), expected, "\(kind)")
            XCTAssertEqual(try PrivateKey(der: key.pkcs8DER()).subjectPublicKeyInfo(), expected, "\(kind)")
        }
    }

    func test_an_encrypted_key_opens_with_its_password() throws {
        let key = try PrivateKey.generate(.p256)
        for password in ["secret", "pässwörd", "", String(repeating: "x", count: 1000)] {
            let pem = try key.pem(password: password)
            XCTAssertTrue(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
            let reread = try PrivateKey(pem: pem, password: password)
            XCTAssertEqual(try reread.subjectPublicKeyInfo(), try key.subjectPublicKeyInfo())
        }
    }

    func test_an_encrypted_key_refuses_every_other_password() throws {
        // With 300 tries, the one case in 256 in which the padding looks valid probably occurs.
        let pem = try PrivateKey.generate(.ed25519).pem(password: "secret")
        for attempt in 0..<300 {
            XCTAssertThrowsError(try PrivateKey(pem: pem, password: "wrong \(attempt)")) { error in
                XCTAssertEqual(error as? PrivateKeyError, .wrongPassword)
            }
        }
    }

    func test_an_encrypted_key_without_a_password_is_reported_without_a_prompt() throws {
        let pem = try PrivateKey.generate(.p256).pem(password: "secret")
        XCTAssertThrowsError(try PrivateKey(pem: pem)) { error in
            XCTAssertEqual(error as? PrivateKeyError, .passwordRequired)
        }
    }

    func test_an_encrypted_der_key_opens_with_its_password_only() throws {
        let key = try PrivateKey.generate(.p256)
        let der = try PEMBlock.blocks(in: key.pem(password: "secret"))[0].contents
        XCTAssertEqual(
            try PrivateKey(der: der, password: "secret").subjectPublicKeyInfo(),
            try key.subjectPublicKeyInfo()
        )
        XCTAssertThrowsError(try PrivateKey(der: der, password: "guess")) { error in
            XCTAssertEqual(error as? PrivateKeyError, .wrongPassword)
        }
    }

    func test_a_password_is_ignored_if_the_key_is_not_encrypted() throws {
        let key = try PrivateKey.generate(.p256)
        XCTAssertNoThrow(try PrivateKey(pem: key.pem(), password: "not needed"))
    }

    func test_the_error_for_a_text_with_only_a_certificate_names_its_content() throws {
        let pem = try TestIdentity.selfSigned("alice").certificatePEM()
        XCTAssertThrowsError(try PrivateKey(pem: pem)) { error in
            XCTAssertEqual(error as? PrivateKeyError, .noPrivateKey(found: ["CERTIFICATE"]))
        }
        XCTAssertThrowsError(try PrivateKey(pem: "no block at all")) { error in
            XCTAssertEqual(error as? PrivateKeyError, .noPrivateKey(found: []))
        }
    }

    func test_a_key_after_its_certificate_is_found() throws {
        let identity = try TestIdentity.selfSigned("alice")
        let key = try PrivateKey(pem: identity.certificatePEM() + identity.privateKeyPEM())
        XCTAssertTrue(key.matches(try X509Certificate(der: identity.certificateDER)))
    }

    func test_bytes_after_the_key_are_refused() throws {
        let der = try PrivateKey.generate(.p256).pkcs8DER()
        XCTAssertThrowsError(try PrivateKey(der: der + [0, 0, 0])) { error in
            XCTAssertEqual(error as? PrivateKeyError, .trailingBytes(count: 3))
        }
    }

    func test_a_key_cut_short_is_undecodable() throws {
        let der = try PrivateKey.generate(.p256).pkcs8DER()
        for count in [0, 1, der.count / 2, der.count - 1] {
            XCTAssertThrowsError(try PrivateKey(der: Array(der.prefix(count)))) { error in
                guard case .undecodable(let cause) = error as? PrivateKeyError else { return XCTFail("\(error)") }
                XCTAssertEqual(cause.operation, "d2i_AutoPrivateKey")
            }
        }
    }

    func test_a_key_matches_its_own_certificate_only() throws {
        let identity = try TestIdentity.selfSigned("alice")
        let other = try TestIdentity.selfSigned("alice")
        let key = try PrivateKey(pem: identity.privateKeyPEM())
        XCTAssertTrue(key.matches(try X509Certificate(der: identity.certificateDER)))
        XCTAssertFalse(key.matches(try X509Certificate(der: other.certificateDER)))
    }
}
