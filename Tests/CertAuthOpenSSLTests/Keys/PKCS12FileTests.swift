// SPDX-License-Identifier: Apache-2.0
// PKCS #12 files with modern and legacy encryption.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class PKCS12FileTests: XCTestCase {
    private func fixture() throws -> (identity: TestIdentity, file: PKCS12File) {
        let identity = try TestAuthority("Root").intermediate("Outer").intermediate("Inner").issue("alice")
        let file = PKCS12File(
            key: try PrivateKey(pem: identity.privateKeyPEM()),
            certificate: try X509Certificate(der: identity.certificateDER),
            authorities: try identity.issuers.map { try X509Certificate(der: $0) }
        )
        return (identity, file)
    }

    func test_key_certificate_and_chain_come_back_under_every_protection() throws {
        let (identity, file) = try fixture()
        for protection in [PKCS12File.Protection.modern, .tripleDES, .rc2] {
            let der = try file.encoded(friendlyName: "Alice", password: "secret", protection: protection)
            let decoded = try PKCS12File.decode(der, password: "secret")
            let certificate = try XCTUnwrap(decoded.certificate)
            XCTAssertEqual(try certificate.encodedDER(), identity.certificateDER, "\(protection)")
            XCTAssertEqual(decoded.key?.matches(certificate), true, "\(protection)")
            XCTAssertEqual(try decoded.authorities.map { try $0.encodedDER() }, identity.issuers, "\(protection)")
        }
    }

    func test_a_key_from_an_old_file_signs_in_the_default_context() throws {
        let der = try fixture().file.encoded(password: "secret", protection: .rc2)
        let key = try XCTUnwrap(PKCS12File.decode(der, password: "secret").key)
        XCTAssertFalse(try key.signature(over: [1, 2, 3], digest: .sha256).isEmpty)
    }

    func test_a_wrong_password_is_recognized_under_each_protection() throws {
        let file = try fixture().file
        for protection in [PKCS12File.Protection.modern, .tripleDES, .rc2] {
            let der = try file.encoded(password: "secret", protection: protection)
            for password in ["Secret", "", "secret\0"] {
                XCTAssertThrowsError(try PKCS12File.decode(der, password: password)) { error in
                    XCTAssertEqual(error as? PKCS12Error, .wrongPassword, "\(protection) \(password)")
                }
            }
        }
    }

    func test_an_empty_password_opens_a_file_that_was_written_with_it() throws {
        let der = try fixture().file.encoded(password: "", protection: .modern)
        XCTAssertNotNil(try PKCS12File.decode(der, password: "").key)
        XCTAssertThrowsError(try PKCS12File.decode(der, password: "secret")) { error in
            XCTAssertEqual(error as? PKCS12Error, .wrongPassword)
        }
    }

    func test_a_password_beyond_ascii_opens_its_file() throws {
        let der = try fixture().file.encoded(password: "pässwörd", protection: .modern)
        XCTAssertNotNil(try PKCS12File.decode(der, password: "pässwörd").key)
    }

    func test_an_old_cipher_without_the_legacy_provider_is_named_with_the_remedy() throws {
        let der = try fixture().file.encoded(password: "secret", protection: .rc2)
        let empty = try TemporaryDirectory()
        XCTAssertThrowsError(
            try PKCS12File.decode(der, password: "secret", legacyModulePath: empty.path)
        ) { error in
            XCTAssertEqual(error as? PKCS12Error, .legacyCipherUnavailable(cipher: "RC2-40-CBC"))
            XCTAssertEqual(
                "\(error)",
                "PKCS #12: encrypted with RC2-40-CBC, which needs OpenSSL's legacy provider, and that cannot be loaded; "
                    + "convert the file on a system that has it: openssl pkcs12 -in old.pfx -legacy -nodes"
                    + " | openssl pkcs12 -export -out new.pfx"
            )
        }
    }

    func test_triple_des_needs_no_legacy_provider() throws {
        let der = try fixture().file.encoded(password: "secret", protection: .tripleDES)
        let empty = try TemporaryDirectory()
        XCTAssertNotNil(try PKCS12File.decode(der, password: "secret", legacyModulePath: empty.path).key)
    }

    func test_bytes_after_the_file_are_refused() throws {
        let der = try fixture().file.encoded(password: "secret", protection: .modern)
        XCTAssertThrowsError(try PKCS12File.decode(der + [0], password: "secret")) { error in
            XCTAssertEqual(error as? PKCS12Error, .trailingBytes(count: 1))
        }
    }

    func test_bytes_that_are_not_a_pkcs12_file_are_undecodable() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        for bytes in [der, [], [0x30]] {
            XCTAssertThrowsError(try PKCS12File.decode(bytes, password: "")) { error in
                guard case .undecodable(let cause) = error as? PKCS12Error else { return XCTFail("\(error)") }
                XCTAssertEqual(cause.operation, "d2i_PKCS12")
            }
        }
    }

    func test_a_key_is_not_packed_with_a_certificate_of_another_key() throws {
        let certificate = try X509Certificate(der: TestIdentity.selfSigned("alice").certificateDER)
        let stranger = try PrivateKey.generate(.p256)
        XCTAssertThrowsError(try PKCS12File.encode(key: stranger, certificate: certificate, password: "x")) { error in
            XCTAssertEqual((error as? OpenSSLError)?.operation, "PKCS12_create_ex")
        }
    }

    func test_a_password_with_a_nul_is_not_cut_but_refused() throws {
        XCTAssertThrowsError(try fixture().file.encoded(password: "a\0b", protection: .modern)) { error in
            let expected = OpenSSLError(operation: "PKCS12_create_ex: the password contains a NUL", entries: [])
            XCTAssertEqual(error as? OpenSSLError, expected)
        }
    }
}
