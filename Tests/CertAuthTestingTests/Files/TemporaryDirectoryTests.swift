// SPDX-License-Identifier: Apache-2.0
// Files that only their owner can read, and their removal.

import CertAuthTesting
import Foundation
import XCTest

final class TemporaryDirectoryTests: XCTestCase {
    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func test_the_folder_and_its_files_are_private() throws {
        let folder = try TemporaryDirectory()
        let files = try TestIdentity.selfSigned("alice").write(to: folder, as: "alice")
        XCTAssertEqual(try mode(of: folder.path), 0o700)
        for path in [files.certificate, files.chain, files.key, files.anchor] {
            XCTAssertEqual(try mode(of: path), 0o600, path)
        }
    }

    func test_the_folder_is_removed_with_its_last_owner() throws {
        var folder: TemporaryDirectory? = try TemporaryDirectory()
        let path = try XCTUnwrap(folder?.path)
        try folder?.write("text", as: "file")
        XCTAssertTrue(FileManager.default.fileExists(atPath: path))
        folder = nil
        XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    }

    func test_a_file_that_others_could_read_becomes_private_when_rewritten() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("old", as: "key")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try folder.write("new", as: "key")
        XCTAssertEqual(try mode(of: path), 0o600)
        XCTAssertEqual(try String(contentsOfFile: path, encoding: .utf8), "new")
    }

    func test_a_file_in_a_folder_that_is_not_there_is_refused() throws {
        let path = try TemporaryDirectory().path(of: "missing/key")
        XCTAssertThrowsError(try PrivateFile.write([1], to: path)) { error in
            XCTAssertEqual("\(error)", "\(path): can't be written, No such file or directory")
        }
    }
}
