// SPDX-License-Identifier: Apache-2.0
// Certificates loaded from files: each reason for a refusal is named, with the file's name.

import CertAuth
import CertAuthTesting
import XCTest

final class CertificateLoadingTests: XCTestCase {
    private var folder: TemporaryDirectory!
    private var identity: TestIdentity!

    override func setUpWithError() throws {
        folder = try TemporaryDirectory()
        identity = try Stage().issuing.issue("alice")
    }

    override func tearDown() { folder = nil }

    func test_a_pem_file_with_one_or_many_certificates_is_read_in_its_order() throws {
        let path = try folder.write(try identity.chainPEM(), as: "chain.pem")
        let loaded = try Certificate.load(file: path)
        XCTAssertEqual(loaded.map(\.derEncoded), identity.chain)
        XCTAssertEqual(loaded.map(\.pem).joined(), try identity.chainPEM())
    }

    func test_a_der_file_is_read() throws {
        let path = try folder.write(identity.certificateDER, as: "leaf.der")
        XCTAssertEqual(try Certificate.load(file: path), [try identity.certificate])
    }

    func test_a_pkcs12_file_is_read_with_its_password_and_refused_with_another() throws {
        let path = try folder.write(try identity.pkcs12(password: "right"), as: "alice.pfx")
        XCTAssertEqual(try Certificate.load(file: path, password: "right").map(\.derEncoded), identity.chain)
        assertThrows(CertificateLoadingError(path, .wrongPassword)) {
            _ = try Certificate.load(file: path, password: "wrong")
        }
        assertThrows(CertificateLoadingError(path, .wrongPassword)) { _ = try Certificate.load(file: path) }
    }

    /// NSS and Bouncy Castle write BER: indefinite lengths, and octet strings in segments.
    func test_a_pkcs12_file_in_BER_is_read() throws {
        let whole = try identity.pkcs12(password: "right")
        let start = Int(whole[1] & 0x7F) + 2
        XCTAssertGreaterThan(whole[1], 0x80)
        let length = start - 2
        let forms: [[UInt8]] = [
            [0x30, 0x80] + whole[start...] + [0, 0],
            [0x30, 0x84] + [UInt8](repeating: 0, count: 4 - length) + whole[2...],
            try Self.inPieces(whole),
        ]
        for (index, form) in forms.enumerated() {
            let path = try folder.write(form, as: "ber-\(index).p12")
            XCTAssertEqual(
                try Certificate.load(file: path, password: "right"),
                try Certificate.load(whole, source: "DER", password: "right"),
                "form \(index)"
            )
            assertThrows(CertificateLoadingError(path, .wrongPassword)) {
                _ = try Certificate.load(file: path, password: "wrong")
            }
            let cut = try folder.write(Array(form.dropLast(3)), as: "cut-\(index).p12")
            XCTAssertThrowsError(try Certificate.load(file: cut, password: "right")) { error in
                guard case .invalidPKCS12 = (error as? CertificateLoadingError)?.cause else {
                    return XCTFail("\(error)")
                }
            }
        }
        XCTAssertNil(EncodedObjectKind(encoded: [0x30, 0x80]))
        XCTAssertNil(EncodedObjectKind(encoded: [0x30, 0x85, 0, 0, 0, 0, 3, 2, 1, 3]))
    }

    /// The same file with indefinite lengths around the contents, and these in octet strings of 100 bytes.
    private static func inPieces(_ file: [UInt8]) throws -> [UInt8] {
        func indefinite(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] { [tag, 0x80] + contents + [0, 0] }
        var reader = DERReader(file)
        var fields = try reader.constructed()
        let version = try fields.value()
        var contentInfo = try fields.constructed()
        let type = try contentInfo.value()
        var explicit = try contentInfo.constructed(0xA0)
        let contents = Array(try explicit.value(0x04).contents)
        let pieces = stride(from: 0, to: contents.count, by: 100).flatMap {
            DER.octetString(Array(contents[$0..<min($0 + 100, contents.count)]))
        }
        let content = indefinite(0x30, Array(type.encoding) + indefinite(0xA0, indefinite(0x24, pieces)))
        let rest = try fields.values().flatMap(\.encoding)
        return indefinite(0x30, Array(version.encoding) + content + rest)
    }

    func test_an_old_pkcs12_file_of_windows_is_read_with_its_password_and_refused_with_another() throws {
        let path = try folder.write(try identity.pkcs12(password: "right", legacy: true), as: "old.pfx")
        XCTAssertEqual(try Certificate.load(file: path, password: "right").map(\.derEncoded), identity.chain)
        assertThrows(CertificateLoadingError(path, .wrongPassword)) {
            _ = try Certificate.load(file: path, password: "wrong")
        }
    }

    func test_an_empty_file_is_refused_as_empty() throws {
        for contents in ["", "  \n\t\n"] {
            let path = try folder.write(contents, as: "empty.pem")
            assertThrows(CertificateLoadingError(path, .empty)) { _ = try Certificate.load(file: path) }
        }
    }

    func test_a_missing_file_is_refused_with_the_systems_message() {
        let path = folder.path(of: "missing.pem")
        assertThrows(CertificateLoadingError(path, .unreadable("No such file or directory"))) {
            _ = try Certificate.load(file: path)
        }
        assertThrows(CertificateLoadingError(folder.path, .unreadable("Is a directory"))) {
            _ = try Certificate.load(file: folder.path)
        }
    }

    func test_a_file_beyond_the_limit_is_refused() throws {
        let path = try folder.write([UInt8](repeating: 0x41, count: Certificate.fileSizeLimit + 1), as: "large.pem")
        assertThrows(CertificateLoadingError(path, .tooLarge(limit: Certificate.fileSizeLimit))) {
            _ = try Certificate.load(file: path)
        }
    }

    func test_a_key_where_a_certificate_is_expected_is_named_as_a_key() throws {
        let path = try folder.write(try identity.privateKeyPEM(), as: "alice.key")
        let error = CertificateLoadingError(path, .privateKey(label: "PRIVATE KEY"))
        assertThrows(error) { _ = try Certificate.load(file: path) }
        XCTAssertEqual(
            error.description,
            "\(path): found PRIVATE KEY, expected a certificate: give the certificate's file, not the key's"
        )
        let both = try folder.write(try identity.privateKeyPEM() + identity.certificatePEM(), as: "both.pem")
        XCTAssertEqual(try Certificate.load(file: both), [try identity.certificate])
    }

    func test_a_key_in_der_is_named_as_a_key_too() throws {
        let path = try folder.write(try identity.key.derEncoded(), as: "alice.key.der")
        assertThrows(CertificateLoadingError(path, .privateKey(label: "a private key in DER"))) {
            _ = try Certificate.load(file: path)
        }
    }

    func test_a_trusted_certificate_block_is_refused_with_the_command_that_converts_it() throws {
        let text = PEMDocument.text(label: "TRUSTED CERTIFICATE", identity.certificateDER)
        let path = try folder.write(text, as: "trusted.pem")
        let error = CertificateLoadingError(path, .trustedCertificateBlock)
        assertThrows(error) { _ = try Certificate.load(file: path) }
        XCTAssertTrue(error.description.contains("openssl x509"), error.description)
        let plain = try folder.write(PEMDocument.text(label: "X509 CERTIFICATE", identity.certificateDER), as: "x.pem")
        XCTAssertEqual(try Certificate.load(file: plain), [try identity.certificate])
    }

    func test_files_with_only_other_blocks_are_refused_with_their_labels() throws {
        let path = try folder.write(PEMDocument.text(label: "DH PARAMETERS", [0x30, 0x00]), as: "dh.pem")
        assertThrows(CertificateLoadingError(path, .noCertificate(labels: ["DH PARAMETERS"]))) {
            _ = try Certificate.load(file: path)
        }
    }

    func test_another_kind_of_object_is_named_in_DER_and_in_PEM() throws {
        let authority = try TestAuthority("Root")
        let client = try authority.issue("alice", .client)
        let digest = DER.sequence([DER.objectIdentifier(dotted: "2.16.840.1.101.3.4.2.1")])
        let request = DER.sequence([
            DER.sequence([
                DER.integer(0), DER.sequence([]), DER.sequence([digest, DER.bitString([1])]), DER.constructed(0, []),
            ]),
            digest, DER.bitString([1]),
        ])
        let objects: [(EncodedObjectKind, String, [UInt8])] = [
            (.revocationList, "X509 CRL", try authority.revocationList().derEncoded),
            (.ocspResponse, "OCSP RESPONSE", try authority.ocspResponse(for: client)),
            (.certificateRequest, "CERTIFICATE REQUEST", request),
            (.publicKey, "PUBLIC KEY", try client.certificate.publicKey.derEncoded),
            (
                .pkcs7, "PKCS7",
                DER.sequence([DER.objectIdentifier(dotted: "1.2.840.113549.1.7.2"), DER.constructed(0, [])])
            ),
        ]
        for (kind, label, der) in objects {
            XCTAssertEqual(EncodedObjectKind(encoded: der), kind)
            for (name, bytes) in [("x.der", der), ("x.pem", Array(PEMDocument.text(label: label, der).utf8))] {
                let path = try folder.write(bytes, as: name)
                let error = CertificateLoadingError(path, .otherObject(kind))
                assertThrows(error) { _ = try Certificate.load(file: path) }
                XCTAssertTrue(error.description.hasPrefix("\(path): found \(kind.name), expected a certificate: "))
            }
        }
        XCTAssertEqual(EncodedObjectKind(encoded: client.certificateDER), .certificate)
        XCTAssertEqual(EncodedObjectKind(encoded: try client.pkcs12(password: "x")), .pkcs12)
        XCTAssertEqual(EncodedObjectKind(encoded: try client.key.derEncoded()), .privateKey)
        XCTAssertNil(EncodedObjectKind(encoded: []))
        XCTAssertNil(EncodedObjectKind(encoded: [0x30, 0x00]))
    }

    func test_a_certificate_without_a_version_is_not_another_kind_of_object() throws {
        let authority = try TestAuthority("Root")
        let client = try authority.issue("alice", .client) {
            $0.version = nil
            $0.extensions = []
        }
        XCTAssertEqual(EncodedObjectKind(encoded: client.certificateDER), .certificate)
    }

    func test_PEM_with_a_byte_order_mark_foreign_text_or_CR_line_ends_is_read() throws {
        let pem = try identity.certificatePEM()
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let texts: [(String, [UInt8])] = [
            ("mark", mark + Array(pem.utf8)), ("latin1", [0x4D, 0xFC, 0x6C, 0x6C, 0x0A] + Array(pem.utf8) + [0xE9]),
            ("cr", Array(pem.replacing("\n", with: "\r").utf8)),
            ("all", mark + [0xFC, 0x0D] + Array(pem.replacing("\n", with: "\r\n").utf8)),
        ]
        for (name, bytes) in texts {
            let path = try folder.write(bytes, as: name)
            XCTAssertEqual(try Certificate.load(file: path), [try identity.certificate], name)
            XCTAssertEqual(try TrustStore(files: [path]).anchors, [try identity.certificate], name)
        }
    }

    func test_a_named_pipe_that_nothing_writes_to_reads_as_empty() throws {
        let path = folder.path(of: "pipe.pem")
        XCTAssertEqual(unsafe mkfifo(path, 0o600), 0)
        assertThrows(CertificateLoadingError(path, .empty)) { _ = try Certificate.load(file: path) }
    }

    func test_UTF16_is_named() throws {
        let pem = try identity.certificatePEM()
        for (mark, isBig) in [([UInt8(0xFF), 0xFE], false), ([0xFE, 0xFF], true)] {
            let text =
                mark
                + pem.utf16.flatMap {
                    isBig ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
                }
            let path = try folder.write(text, as: "wide.pem")
            assertThrows(CertificateLoadingError(path, .invalidPEM(PEMDocument.Failure.utf16.text))) {
                _ = try Certificate.load(file: path)
            }
        }
        XCTAssertTrue(PEMDocument.Failure.utf16.text.contains("UTF-8"))
    }

    func test_garbage_is_refused_as_unrecognised() throws {
        for garbage: [UInt8] in [Array("hello".utf8), [0xFF, 0xFD, 0x00, 0x41], [0x00, 0x30, 0x41]] {
            let path = try folder.write(garbage, as: "garbage")
            assertThrows(CertificateLoadingError(path, .unrecognised)) { _ = try Certificate.load(file: path) }
        }
    }

    func test_a_broken_block_is_refused_with_what_is_wrong() throws {
        let pem = try identity.certificatePEM()
        let path = try folder.write(String(pem.dropLast(26)), as: "cut.pem")
        assertThrows(CertificateLoadingError(path, .invalidPEM("BEGIN CERTIFICATE in line 1 has no END"))) {
            _ = try Certificate.load(file: path)
        }
    }

    func test_a_malformed_certificate_is_refused_with_its_place_in_the_file_and_the_breach() throws {
        let cut = Array(identity.certificateDER.dropLast())
        let text = try identity.certificatePEM() + PEMDocument.text(label: "CERTIFICATE", cut)
        let path = try folder.write(text, as: "second.pem")
        let breach = CertificateError.malformed(DERError(.truncated, at: 0))
        assertThrows(CertificateLoadingError(path, .malformed(index: 1, breach))) {
            _ = try Certificate.load(file: path)
        }
    }

    func test_a_damaged_pkcs12_file_is_refused_as_such() throws {
        let whole = try identity.pkcs12(password: "right")
        let path = try folder.write(whole + [0], as: "long.pfx")
        assertThrows(CertificateLoadingError(path, .invalidPKCS12("PKCS #12: 1 bytes follow the file's end"))) {
            _ = try Certificate.load(file: path, password: "right")
        }
    }
}
