// SPDX-License-Identifier: Apache-2.0
// Artifacts on disk.

import CertAuth
import CertAuthTesting
import Foundation
import XCTest

final class FolderArtifactStoreTests: XCTestCase {
    private struct Fixture {
        let folder: TemporaryDirectory
        let store: FolderArtifactStore
        let list: EvidenceKey
        let response: EvidenceKey
        let artifact = RevocationArtifact(
            derEncoded: [0x30, 0x03, 0x0A, 0x0A, 0x00],
            fetchedAt: Timestamp(millisecondsSince1970: 1_234_567),
            entityTag: "W/\"1\"",
            freshness: .seconds(60)
        )

        init(sizeLimit: Int = 1_000, capacity: Int = 10) throws {
            folder = try TemporaryDirectory()
            store = try FolderArtifactStore(
                path: folder.path(of: "evidence"),
                sizeLimit: sizeLimit,
                capacity: capacity
            )
            let certificate = try TestAuthority("Root").issue("leaf").certificate
            list = EvidenceKey(EvidenceSource(.revocationList, at: "http://a/\nx"), about: certificate)
            response = EvidenceKey(EvidenceSource(.responder, at: "http://a/"), about: certificate)
        }

        var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: store.path)) ?? [] }
    }

    func test_a_stored_artifact_is_read_back_only_by_its_key() async throws {
        let desk = try Fixture()
        await desk.store.store(desk.artifact, for: desk.list)
        let found = await desk.store.artifact(for: desk.list)
        XCTAssertEqual(found, desk.artifact)
        let other = await desk.store.artifact(for: desk.response)
        XCTAssertNil(other)
        var next = desk.artifact
        next.entityTag = nil
        next.freshness = nil
        await desk.store.store(next, for: desk.list)
        let replaced = await desk.store.artifact(for: desk.list)
        XCTAssertEqual(replaced, next)
        XCTAssertEqual(desk.files.count, 1)
    }

    func test_a_file_that_differs_from_what_was_written_is_ignored() async throws {
        let desk = try Fixture()
        await desk.store.store(desk.artifact, for: desk.list)
        let file = "\(desk.store.path)/\(try XCTUnwrap(desk.files.first))"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        await desk.store.store(desk.artifact, for: desk.response)
        let foreign = try XCTUnwrap(desk.files.first { !file.hasSuffix($0) })
        for broken in [
            Data(), Data(bytes.prefix(20)), Data("CertAuth revocation artifact 2".utf8) + bytes.dropFirst(30),
            Data("kind crl\nkind crl\n\n".utf8),
            try Data(contentsOf: URL(fileURLWithPath: "\(desk.store.path)/\(foreign)")),
            bytes + Data(count: 20_000),
        ] {
            try broken.write(to: URL(fileURLWithPath: file))
            let found = await desk.store.artifact(for: desk.list)
            XCTAssertNil(found)
        }
        try bytes.write(to: URL(fileURLWithPath: file))
        let found = await desk.store.artifact(for: desk.list)
        XCTAssertEqual(found, desk.artifact)
    }

    func test_nothing_beyond_the_limits_is_kept() async throws {
        let small = try Fixture(sizeLimit: 4)
        await small.store.store(small.artifact, for: small.list)
        XCTAssertEqual(small.files, [])
        let one = try Fixture(capacity: 1)
        await one.store.store(one.artifact, for: one.list)
        await one.store.store(one.artifact, for: one.response)
        await one.store.store(one.artifact, for: one.list)
        XCTAssertEqual(one.files.count, 1)
    }

    func test_a_folder_that_cannot_be_used_is_a_configuration_error() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("x", as: "file")
        for path in [file, folder.path(of: "missing/evidence")] {
            XCTAssertThrowsError(try FolderArtifactStore(path: path)) { error in
                guard case .evidenceFolder(path, _) = error as? ConfigurationError else { return XCTFail("\(error)") }
            }
        }
    }
}
