// SPDX-License-Identifier: Apache-2.0
// The type that owns an X509 object.

import CertAuthOpenSSL
import CertAuthTesting
import XCTest

final class X509CertificateTests: XCTestCase {
    func test_a_certificate_keeps_its_bytes() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        XCTAssertEqual(try X509Certificate(der: der).encodedDER(), der)
    }

    func test_one_byte_after_the_certificate_is_refused() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        XCTAssertThrowsError(try X509Certificate(der: der + [0x00])) { error in
            let expected = OpenSSLError(operation: "d2i_X509: trailing bytes after the certificate", entries: [])
            XCTAssertEqual(error as? OpenSSLError, expected)
        }
    }

    func test_one_byte_less_is_refused() throws {
        let der = try TestIdentity.selfSigned("alice").certificateDER
        XCTAssertThrowsError(try X509Certificate(der: der.dropLast())) { error in
            XCTAssertEqual((error as? OpenSSLError)?.operation, "d2i_X509")
        }
    }

    func test_self_signed_needs_the_signature_not_only_equal_names() throws {
        let genuine = try TestIdentity.selfSigned("alice")
        let forged = try TestIdentity.selfSigned("alice") { $0.signingKey = try TestKey.generate() }
        XCTAssertTrue(try X509Certificate(der: genuine.certificateDER).isSelfSigned)
        XCTAssertFalse(try X509Certificate(der: forged.certificateDER).isSelfSigned)
    }

    func test_a_leaf_is_signed_by_its_issuer_and_not_by_another_of_the_same_name() throws {
        let authority = try TestAuthority("Root")
        let namesake = try TestAuthority("Root")
        let leaf = try X509Certificate(der: authority.issue("alice").certificateDER)
        XCTAssertTrue(leaf.isSigned(by: try X509Certificate(der: authority.certificateDER)))
        XCTAssertFalse(leaf.isSigned(by: try X509Certificate(der: namesake.certificateDER)))
    }

    func test_a_certificate_passes_before_signatures_if_openssl_can_only_object_to_the_signature() throws {
        func passes(
            _ der: [UInt8],
            _ position: X509Certificate.PathPosition,
            isForClients: Bool = true,
            level: Int = 2
        ) throws -> Bool {
            try X509Certificate(der: der).passesBeforeSignatures(
                at: position,
                isForClientAuthentication: isForClients,
                securityLevel: level
            )
        }
        let root = try TestAuthority("Root")
        let leaf = try root.issue("alice").certificateDER
        let issuer = try root.intermediate("Issuing").certificateDER
        XCTAssertTrue(try passes(leaf, .leaf))
        XCTAssertTrue(try passes(issuer, .issuer))
        XCTAssertTrue(try passes(root.certificateDER, .anchor))
        XCTAssertFalse(try passes(leaf, .issuer), "no authority")

        let weak = try root.intermediate("Old") { $0.signatureScheme = .ecdsaSHA1 }.certificateDER
        XCTAssertFalse(try passes(weak, .issuer))
        XCTAssertTrue(try passes(weak, .issuer, level: 0))
        XCTAssertTrue(try passes(weak, .anchor), "an anchor's signature is not looked at")
        XCTAssertFalse(try passes(issuer, .issuer, level: 4), "a P-256 key has 128 bits")
        XCTAssertTrue(try passes(issuer, .issuer, level: 3))

        let unknown = ExtensionTemplate.custom("1.3.6.1.4.1.99999.7", critical: true, value: DER.null)
        XCTAssertFalse(try passes(root.issue("bob") { $0.extensions.append(unknown) }.certificateDER, .leaf))
        let server = try root.issue("localhost", .server(dnsNames: ["localhost"])).certificateDER
        XCTAssertFalse(try passes(server, .leaf))
        XCTAssertTrue(try passes(server, .leaf, isForClients: false))
    }
}
