// SPDX-License-Identifier: Apache-2.0
// What `certauth pki` does with files that an interrupted command, or another program, left in its folder.

import CertAuth
import CertAuthCLI
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class PKIInterruptionTests: XCTestCase {
    private func privateFolder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        return folder
    }

    private func contents(_ folder: TemporaryDirectory, _ name: String) throws -> String {
        try String(contentsOfFile: folder.path(of: name), encoding: .utf8)
    }

    func test_a_new_pki_replaces_no_file_unless_forced() throws {
        for name in ["root.key", "root.pem", "crls.pem", "intermediate.key", "intermediate.pem", "root.crl.pem"] {
            let folder = try privateFolder()
            try folder.write("mine", as: name)
            let refused = try Program.run(Program.certauth, ["pki", "init", "--dir", folder.path])
            XCTAssertEqual(refused.status, 2, name)
            XCTAssertEqual(
                refused.errors.split(separator: "\n").first,
                "certauth: error: \(folder.path(of: name)): exists, and is not of a development PKI"
            )
            XCTAssertEqual(try contents(folder, name), "mine")
            XCTAssertFalse(FileManager.default.fileExists(atPath: folder.path(of: "index.json")), name)
            // As after an interrupted command: --force makes a whole PKI.
            let forced = try Program.run(Program.certauth, ["pki", "init", "--dir", folder.path, "--force"])
            XCTAssertEqual(forced.status, 0, forced.errors)
            XCTAssertNotEqual(try contents(folder, name), "mine")
            let issued = try Program.run(Program.certauth, ["pki", "issue", "alice", "--dir", folder.path])
            XCTAssertEqual(issued.status, 0, issued.errors)
        }
    }

    func test_force_repairs_a_pki_whose_first_authorities_are_incomplete() throws {
        let folder = try privateFolder()
        XCTAssertEqual(try Program.run(Program.certauth, ["pki", "init", "--dir", folder.path]).status, 0)
        // The index has only the root, and a key of the intermediate exists.
        let text = try contents(folder, "index.json")
        var index = try XCTUnwrap(PKIIndex(json: Array(text.utf8)))
        index.entries.removeAll { $0.name == "intermediate" }
        try folder.write(String(decoding: try index.json(), as: UTF8.self), as: "index.json")
        let forced = try Program.run(Program.certauth, ["pki", "init", "--dir", folder.path, "--force"])
        XCTAssertEqual(forced.status, 0, forced.errors)
        let repaired = try DevelopmentPKI(opening: folder.path).index
        XCTAssertEqual(repaired.authorities.map(\.name), ["root", "intermediate"])
    }

    func test_a_name_whose_file_has_another_certificate_than_the_index_is_not_revoked() throws {
        let world = try PKIInFolder()
        try world.issue("alice")
        let former = try String(contentsOfFile: world.path("alice.pem"), encoding: .utf8)
        let first = try XCTUnwrap(world.pki.index.entries.last).serial
        try world.pki.issue(LeafRequest(name: "alice"), replacing: true)
        let second = try XCTUnwrap(world.pki.index.entries.last).serial
        // As if the second command had been killed after it wrote the index.
        try world.directory.write(former, as: "alice.pem")
        XCTAssertThrowsError(try world.pki.revoke("alice", reason: nil)) { error in
            XCTAssertEqual(
                "\(error)",
                "\(world.path("alice.pem")) has serial \(first), but the last certificate with this name has serial \(second): a "
                    + "command was interrupted"
            )
        }
        for serial in [first, second] { XCTAssertTrue(try world.pki.revoke(serial, reason: nil).isRevoked) }
        let list = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertEqual(list.count, 2)
    }
}
