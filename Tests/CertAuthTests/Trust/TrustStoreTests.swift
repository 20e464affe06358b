// SPDX-License-Identifier: Apache-2.0
// Trust stores loaded from each source; a broken source is refused.

import CertAuth
import CertAuthTesting
import XCTest

final class TrustStoreTests: XCTestCase {
    private var stage: Stage!
    private var folder: TemporaryDirectory!

    override func setUpWithError() throws {
        stage = try Stage()
        folder = try TemporaryDirectory()
    }

    override func tearDown() { folder = nil }

    private var rootPEM: String { get throws { try stage.root.certificate.pem } }

    func test_an_empty_list_is_refused_as_trust_store() {
        assertThrows(TrustStoreError.empty(source: "the given certificates")) {
            _ = try TrustStore(certificates: [])
        }
        XCTAssertNoThrow(try TrustStore(certificates: [stage.root.certificate]))
    }

    func test_duplicates_count_once_and_the_order_stays() throws {
        let root = try stage.root.certificate
        let issuing = try stage.issuing.certificate
        let store = try TrustStore(certificates: [issuing, root, issuing])
        XCTAssertEqual(store.anchors, [issuing, root])
        XCTAssertTrue(store.contains(root))
        XCTAssertFalse(store.contains(try stage.issuing.issue("alice").certificate))
    }

    func test_files_are_loaded_together_and_one_missing_file_refuses_all() throws {
        let first = try folder.write(try rootPEM, as: "root.pem")
        let second = try folder.write(stage.issuing.certificateDER, as: "issuing.der")
        XCTAssertEqual(try TrustStore(files: [first, second]).anchors.count, 2)
        let missing = folder.path(of: "missing.pem")
        let error = CertificateLoadingError(missing, .unreadable("No such file or directory"))
        assertThrows(TrustStoreError.unusable(error)) { _ = try TrustStore(files: [first, missing]) }
    }

    func test_an_empty_or_broken_file_is_refused() throws {
        let empty = try folder.write("", as: "empty.pem")
        assertThrows(TrustStoreError.unusable(CertificateLoadingError(empty, .empty))) {
            _ = try TrustStore(files: [empty])
        }
        let marker = try rootPEM.prefix { $0 != "\n" }
        let broken = try folder.write(try rootPEM + marker + "\n", as: "broken.pem")
        let line = try rootPEM.split(separator: "\n").count + 1
        let cause = CertificateLoadingError.Cause.invalidPEM("BEGIN CERTIFICATE in line \(line) has no END")
        assertThrows(TrustStoreError.unusable(CertificateLoadingError(broken, cause))) {
            _ = try TrustStore(files: [broken])
        }
        XCTAssertNoThrow(try TrustStore(files: [folder.write(try rootPEM, as: "whole.pem")]))
    }

    func test_a_key_in_a_trust_file_is_refused() throws {
        let path = try folder.write(try stage.root.key.pem(), as: "root.pem")
        assertThrows(TrustStoreError.unusable(CertificateLoadingError(path, .privateKey(label: "PRIVATE KEY")))) {
            _ = try TrustStore(files: [path])
        }
    }

    func test_a_pem_text_is_accepted_or_refused() throws {
        XCTAssertEqual(try TrustStore(pem: rootPEM).anchors, [try stage.root.certificate])
        assertThrows(TrustStoreError.unusable(CertificateLoadingError("PEM", .unrecognised))) {
            _ = try TrustStore(pem: "")
        }
    }

    func test_only_the_certificate_files_of_a_folder_are_loaded() throws {
        try folder.write(try rootPEM, as: "a.pem")
        try folder.write(stage.issuing.certificateDER, as: "b.CRT")
        try folder.write("not read", as: "notes.txt")
        try folder.write("not read", as: ".hidden.pem")
        XCTAssertEqual(
            try TrustStore(folder: folder.path).anchors,
            [try stage.root.certificate, try stage.issuing.certificate]
        )
        let broken = try folder.write("not a certificate", as: "c.cer")
        assertThrows(TrustStoreError.unusable(CertificateLoadingError(broken, .unrecognised))) {
            _ = try TrustStore(folder: folder.path)
        }
    }

    func test_an_empty_or_missing_folder_is_refused() throws {
        assertThrows(TrustStoreError.empty(source: folder.path)) { _ = try TrustStore(folder: folder.path) }
        let missing = folder.path(of: "missing")
        assertThrows(TrustStoreError.unreadableFolder(path: missing, reason: "No such file or directory")) {
            _ = try TrustStore(folder: missing)
        }
    }

    func test_equal_sets_have_equal_fingerprints_and_generations_of_their_own() throws {
        let root = try stage.root.certificate
        let issuing = try stage.issuing.certificate
        let left = try TrustStore(certificates: [root, issuing])
        let right = try TrustStore(certificates: [issuing, root])
        XCTAssertEqual(left.fingerprint, right.fingerprint)
        XCTAssertNotEqual(left.fingerprint, try TrustStore(certificates: [root]).fingerprint)
        XCTAssertLessThan(left.generation, right.generation)
    }
}
