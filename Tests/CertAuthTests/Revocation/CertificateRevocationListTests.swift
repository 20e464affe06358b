// SPDX-License-Identifier: Apache-2.0
// Loading and decoding CRLs.

import CertAuth
import CertAuthTesting
import XCTest

final class CertificateRevocationListTests: XCTestCase {
    private var stage: Stage!
    private var folder: TemporaryDirectory!

    override func setUpWithError() throws {
        stage = try Stage()
        folder = try TemporaryDirectory()
    }

    override func tearDown() { folder = nil }

    func test_a_list_has_its_issuer_times_and_entries() throws {
        let identity = try stage.issuing.issue("alice")
        let list = try CertificateRevocationList(
            derEncoded: stage.issuing.revocationList(revoked: [identity], reason: 4).derEncoded
        )
        XCTAssertEqual(list.issuer.rfc4514, "CN=Stage Issuing")
        XCTAssertEqual(list.thisUpdate, stage.clock.now.adding(seconds: -3_600))
        XCTAssertEqual(list.nextUpdate, stage.clock.now.adding(seconds: 7 * 86_400))
        XCTAssertEqual(list.count, 1)
        XCTAssertEqual(list.entry(for: try identity.certificate.serialNumber)?.reason, 4)
        XCTAssertNil(list.entry(for: try stage.issuing.issue("bob").certificate.serialNumber))
    }

    func test_pem_with_many_lists_and_der_with_one_are_read() throws {
        let first = try stage.issuing.revocationList()
        let second = try stage.root.revocationList()
        let pem = try folder.write(try first.pem() + second.pem(), as: "both.pem")
        XCTAssertEqual(
            try CertificateRevocationList.load(file: pem).map(\.derEncoded),
            [first.derEncoded, second.derEncoded]
        )
        let der = try folder.write(first.derEncoded, as: "one.crl")
        XCTAssertEqual(try CertificateRevocationList.load(file: der).map(\.derEncoded), [first.derEncoded])
    }

    func test_files_without_a_list_are_refused_by_name_and_cause() throws {
        let certificate = try stage.root.certificate.pem
        let cases: [(String, CertificateLoadingError.Cause)] = [
            ("", .empty), ("garbage", .unrecognisedList), (certificate, .noRevocationList(labels: ["CERTIFICATE"])),
            ("-----BEGIN X509 CRL-----\n", .invalidPEM("BEGIN X509 CRL in line 1 has no END")),
        ]
        for (text, cause) in cases {
            let path = try folder.write(text, as: "list.pem")
            assertThrows(CertificateLoadingError(path, cause)) { _ = try CertificateRevocationList.load(file: path) }
        }
        let der = try folder.write(stage.root.certificateDER, as: "root.der")
        let other = CertificateLoadingError.Cause.otherKind(
            found: "a certificate, expected a CRL",
            remedy: "give the CRL's file here"
        )
        assertThrows(CertificateLoadingError(der, other)) { _ = try CertificateRevocationList.load(file: der) }
        let missing = folder.path(of: "missing.pem")
        assertThrows(CertificateLoadingError(missing, .unreadable("No such file or directory"))) {
            _ = try CertificateRevocationList.load(file: missing)
        }
        let whole = try folder.write(certificate + stage.root.revocationList().pem(), as: "mixed.pem")
        XCTAssertEqual(try CertificateRevocationList.load(file: whole).count, 1)
    }

    func test_a_malformed_list_is_refused_with_its_place() throws {
        let whole = try stage.root.revocationList()
        let cut = Array(whole.derEncoded.dropLast())
        let path = try folder.write(try whole.pem() + PEMDocument.text(label: "X509 CRL", cut), as: "second.pem")
        let breach = CertificateError.malformed(DERError(.truncated, at: 0))
        assertThrows(CertificateLoadingError(path, .malformed(index: 1, breach))) {
            _ = try CertificateRevocationList.load(file: path)
        }
    }

    func test_structures_the_rfc_forbids_are_malformed() throws {
        func reason(_ change: (inout RevocationListTemplate) -> Void) throws -> DERError.Reason? {
            do {
                _ = try CertificateRevocationList(derEncoded: stage.root.revocationList(change).derEncoded)
                return nil
            } catch let error as CertificateError {
                guard case .malformed(let error) = error.cause else { throw error }
                return error.reason
            }
        }
        XCTAssertNil(try reason { _ in })
        XCTAssertEqual(try reason { $0.version = 2 }, .invalidValue("a CRL version other than 2"))
        XCTAssertEqual(
            try reason { $0.innerAlgorithm = SignatureScheme.ecdsaSHA384.identifier },
            .invalidValue("the signature algorithms inside and outside the signed part differ")
        )
        XCTAssertEqual(try reason { $0.trailingBytes = [0] }, .trailingBytes(count: 1))
        let identifier = try XCTUnwrap(OID(dotted: "2.5.29.20"))
        let double = try stage.root.revocationList { $0.extensions.append(.crlNumber(2)) }
        assertThrows(CertificateError.duplicateExtension(identifier)) {
            _ = try CertificateRevocationList(derEncoded: double.derEncoded)
        }
    }

    func test_evidence_is_identified_by_its_lists_whatever_their_order() throws {
        let first = try stage.issuing.revocationList()
        let second = try stage.root.revocationList()
        XCTAssertEqual(try stage.evidence([first, second]).generation, try stage.evidence([second, first]).generation)
        XCTAssertNotEqual(try stage.evidence([first]).generation, try stage.evidence([second]).generation)
        XCTAssertEqual(try stage.evidence([]).generation, RevocationEvidence.none.generation)
    }
}
