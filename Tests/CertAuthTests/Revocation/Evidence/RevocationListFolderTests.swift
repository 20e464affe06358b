// SPDX-License-Identifier: Apache-2.0
// With a folder, lists from files are not replaced by older ones even after a restart.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import Logging
import XCTest

final class RevocationListFolderTests: XCTestCase {
    private var stage: Stage!
    private var alice: TestIdentity!
    private var directory: TemporaryDirectory!
    private let log = LogRecorder()

    override func setUpWithError() throws {
        stage = try Stage()
        alice = try stage.root.issue("alice")
        directory = try TemporaryDirectory()
    }

    override func tearDown() { directory = nil }

    private var path: String { directory.path(of: "evidence") }

    private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    private func list(
        _ number: Int,
        age: Int64,
        revoking revoked: [TestIdentity] = [],
        by authority: TestAuthority? = nil
    ) throws -> TestRevocationList {
        try (authority ?? stage.root).revocationList(revoked: revoked, number: number) {
            $0.thisUpdate = .automatic(Stage.moment.adding(seconds: -age))
        }
    }

    /// A process that starts with these lists and soft revocation, so that only a list can cause a refusal.
    private func start(_ lists: [TestRevocationList]) throws -> CertificateAuthenticator {
        let authenticator = try CertificateAuthenticator(
            options: stage.options {
                $0.revocationMode = .offline
                $0.revocationFlag = .endCertificateOnly
                $0.unknownRevocation = .allow
            },
            revocationEvidence: stage.evidence(lists),
            logger: log.logger
        )
        authenticator.rememberRevocationLists(in: try RevocationListFolder(path: path))
        return authenticator
    }

    private func word(_ authenticator: CertificateAuthenticator) throws -> String {
        switch authenticator.validate(try XCTUnwrap(alice.presented())) {
        case .accepted: "success"
        case .refused(let failure, _): failure.code.rawValue
        }
    }

    func test_a_restart_with_an_older_list_or_none_uses_the_newer_list() throws {
        let first = try start([list(5, age: 7_200)])
        XCTAssertEqual(try word(first), "success")
        first.revocationEvidence = try stage.evidence([list(6, age: 3_600, revoking: [alice])])
        XCTAssertEqual(files.count, 1, "the list that was superseded is forgotten")
        for offered in [[try list(5, age: 7_200)], []] {
            XCTAssertEqual(try word(start(offered)), "revoked")
            XCTAssertEqual(files.count, 1)
        }
        XCTAssertTrue(log.lines.contains { $0.metadata["certauth.evidence"] == "older-list" })
        XCTAssertEqual(try word(start([list(7, age: 60)])), "success")
        XCTAssertEqual(files.count, 1)
    }

    func test_an_explicit_return_to_an_older_list_is_remembered() throws {
        try start([list(6, age: 3_600, revoking: [alice])])
            .insecurelyReplaceRevocationEvidence(with: stage.evidence([list(5, age: 7_200)]))
        XCTAssertEqual(try word(start([])), "success")
        XCTAssertEqual(files.count, 1)
    }

    func test_damaged_hostile_or_missing_files_loosen_nothing() throws {
        let newest = try list(6, age: 3_600, revoking: [alice])
        _ = try start([newest])
        let file = "\(path)/\(try XCTUnwrap(files.first))"
        let intact = try Data(contentsOf: URL(fileURLWithPath: file))
        let forger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let contents: [Data] = [
            Data(), intact.prefix(20), Data("number 99999999".utf8), intact + [0],
            Data(try list(99, age: 60, by: forger).derEncoded), Data(try list(5, age: 7_200).derEncoded),
        ]
        for content in contents {
            try content.write(to: URL(fileURLWithPath: file))
            XCTAssertEqual(try word(start([newest])), "revoked")
            XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: file)), intact, "it is remembered again")
            XCTAssertEqual(try word(start([])), "revoked")
        }
        XCTAssertTrue(log.lines.contains { $0.metadata["certauth.evidence"] == "unreadable-file" })
        try FileManager.default.createSymbolicLink(atPath: "\(path)/0.list", withDestinationPath: "/dev/zero")
        XCTAssertEqual(try word(start([])), "revoked", "what is no plain file is not read")
    }

    func test_endless_forged_lists_do_not_fill_the_folder() throws {
        let key = try TestAuthority("Forger", clock: stage.clock.verificationClock)
        let forged = try (0..<520).map { index in
            let forger = try TestAuthority("Forger \(index)", key: key.key, clock: stage.clock.verificationClock)
            return try forger.revocationList(number: 1) { $0.nextUpdate = nil }
        }
        let first = try start([list(5, age: 7_200)])
        first.revocationEvidence = try stage.evidence(forged + [list(6, age: 3_600)])
        first.revocationEvidence = try stage.evidence([list(7, age: 600, revoking: [alice])])
        XCTAssertEqual(try word(first), "revoked")
        XCTAssertLessThanOrEqual(files.count, 257)
        XCTAssertEqual(try word(start([list(5, age: 7_200)])), "revoked")

        // A folder that is already full makes room.
        for list in forged where files.count < 512 {
            let parsed = try CertificateRevocationList(derEncoded: list.derEncoded)
            let name = parsed.fingerprint.hexadecimal
            try Data(list.derEncoded).write(to: URL(fileURLWithPath: "\(path)/\(name).list"))
        }
        XCTAssertEqual(files.count, 512)
        let last = try start([list(8, age: 60)])
        XCTAssertEqual(try word(last), "success")
        last.revocationEvidence = try stage.evidence([list(9, age: 30, revoking: [alice])])
        XCTAssertEqual(try word(start([list(8, age: 60)])), "revoked")
    }

    func test_a_folder_that_cannot_be_written_is_reported_and_changes_nothing() throws {
        let authenticator = try start([list(5, age: 7_200)])
        try FileManager.default.removeItem(atPath: path)
        authenticator.revocationEvidence = try stage.evidence([list(6, age: 3_600, revoking: [alice])])
        XCTAssertEqual(try word(authenticator), "revoked")
        XCTAssertTrue(log.lines.contains { $0.metadata["certauth.evidence"] == "unwritable-file" })
    }

    func test_a_folder_that_cannot_be_used_is_a_configuration_error() throws {
        let file = try directory.write("x", as: "file")
        for path in [file, directory.path(of: "missing/evidence")] {
            XCTAssertThrowsError(try RevocationListFolder(path: path)) { error in
                guard case .evidenceFolder(path, _) = error as? ConfigurationError else { return XCTFail("\(error)") }
            }
        }
    }
}
