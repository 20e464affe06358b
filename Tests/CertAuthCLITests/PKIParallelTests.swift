// SPDX-License-Identifier: Apache-2.0
// Several `certauth pki` commands at once in one folder: nothing is lost, and a command that is killed blocks none.

import CertAuth
import CertAuthCLI
import CertAuthOpenSSL
import CertAuthTestSupport
import CertAuthTesting
import Foundation
import XCTest

final class PKIParallelTests: XCTestCase {
    private func waitFor(_ programs: [RunningProgram]) throws {
        for program in programs {
            let outcome = try program.outcome()
            XCTAssertEqual(outcome.status, 0, outcome.errors)
        }
    }

    func test_twenty_commands_at_once_lose_no_certificate_and_no_revocation() throws {
        let world = try PKIInFolder(clock: .system)
        let folder = world.directory.path
        for number in 0..<10 { try world.issue("old\(number)") }
        let revoking = try (0..<10).map { try RunningProgram(["pki", "revoke", "old\($0)", "--dir", folder]) }
        let issuing = try (0..<10).map { try RunningProgram(["pki", "issue", "new\($0)", "--dir", folder]) }
        try waitFor(revoking + issuing)

        let index = try DevelopmentPKI(opening: folder).index
        XCTAssertEqual(
            Set(index.entries.map(\.name)),
            Set(["root", "intermediate"] + (0..<10).flatMap { ["old\($0)", "new\($0)"] })
        )
        XCTAssertEqual(Set(index.entries.filter(\.isRevoked).map(\.name)), Set((0..<10).map { "old\($0)" }))
        let list = try CertificateRevocationList.load(file: world.path("intermediate.crl.pem"))[0]
        XCTAssertEqual(list.count, 10)
        // The first CRL and one for each revocation: no number is used twice.
        XCTAssertEqual(index.authorities.first { $0.name == "intermediate" }?.crlNumber, 11)
        for entry in index.entries {
            let certificate = try Certificate.load(file: world.path("\(entry.name).pem"))[0]
            XCTAssertEqual(certificate.serialNumber.hexadecimal.uppercased(), entry.serial, entry.name)
        }
    }

    func test_commands_that_make_the_same_name_at_once_make_it_once() throws {
        let world = try PKIInFolder(clock: .system)
        let folder = world.directory.path
        let programs = try (0..<6).map { _ in try RunningProgram(["pki", "issue", "alice", "--dir", folder]) }
        let outcomes = try programs.map { try $0.outcome() }
        XCTAssertEqual(outcomes.filter { $0.status == 0 }.count, 1)
        for outcome in outcomes where outcome.status != 0 {
            XCTAssertEqual(outcome.status, 2)
            XCTAssertEqual(
                outcome.errors,
                "certauth: error: \(folder)/alice.pem: exists\n"
                    + "hint: give --force to replace it, or choose another name\n"
            )
        }
        XCTAssertEqual(try DevelopmentPKI(opening: folder).index.entries.filter { $0.name == "alice" }.count, 1)
    }

    func test_a_lock_that_cannot_be_had_is_an_error_that_says_what_to_do() throws {
        let world = try PKIInFolder()
        let lock = try FileLock(on: world.path(".lock"), waitingSeconds: 0)
        var wasRun = false
        XCTAssertThrowsError(try world.pki.folder.locked(waitingSeconds: 0) { wasRun = true }) { error in
            let failure = error as? CommandFailure
            XCTAssertEqual(failure?.kind, .internalError)
            XCTAssertEqual(
                failure?.message,
                "\(world.path(".lock")): another certauth pki command has had the lock for 0 seconds, nothing is changed"
            )
            XCTAssertEqual(
                failure?.hints,
                ["let that command end, or end it, then try again; the file itself may stay"]
            )
        }
        XCTAssertFalse(wasRun)
        lock.release()
        try world.pki.folder.locked(waitingSeconds: 0) { wasRun = true }
        XCTAssertTrue(wasRun)
    }

    func test_a_command_waits_for_the_lock_of_another() throws {
        let world = try PKIInFolder(clock: .system)
        let lock = try FileLock(on: world.path(".lock"), waitingSeconds: 0)
        let waiting = try RunningProgram(["pki", "revoke", "intermediate", "--dir", world.directory.path])
        XCTAssertNil(try DevelopmentPKI(opening: world.directory.path).index.entries.first { $0.isRevoked })
        lock.release()
        try waitFor([waiting])
        let index = try DevelopmentPKI(opening: world.directory.path).index
        XCTAssertEqual(index.entries.map(\.isRevoked), [false, true])
    }

    func test_a_change_begins_with_the_index_as_it_is_then() throws {
        let world = try PKIInFolder()
        var other = try DevelopmentPKI(opening: world.directory.path, clock: .fixed(PKIInFolder.start))
        try world.issue("alice")
        try other.issue(LeafRequest(name: "bob"))
        try world.pki.revoke("bob", reason: nil)
        try other.addAuthority(AuthorityRequest(name: "team", commonName: "Team"))
        try world.pki.writeRevocationList(of: "intermediate")
        let index = try DevelopmentPKI(opening: world.directory.path).index
        XCTAssertEqual(index.entries.map(\.name), ["root", "intermediate", "alice", "bob", "team"])
        XCTAssertEqual(index.entries.map(\.isRevoked), [false, false, false, true, false])
        XCTAssertEqual(index.entries[1].crlNumber, 3)
        XCTAssertEqual(world.pki.index.entries, index.entries)
    }

    func test_a_killed_command_leaves_no_lock_and_its_drafts_are_removed() throws {
        let world = try PKIInFolder(clock: .system)
        for _ in 0..<5 {
            let killed = try RunningProgram(["pki", "issue", "alice", "--force", "--dir", world.directory.path])
            killed.signal(SIGKILL)
            _ = try killed.outcome()
        }
        try world.directory.write("half", as: ".draft-1-2")
        let started = ContinuousClock.now
        XCTAssertEqual(try Program.run("pki", "revoke", "intermediate", "--dir", world.directory.path).status, 0)
        XCTAssertLessThan(ContinuousClock.now - started, .seconds(20))
        XCTAssertFalse(FileManager.default.fileExists(atPath: world.path(".draft-1-2")))
    }

    func test_a_link_in_place_of_the_lock_is_not_followed() throws {
        let world = try PKIInFolder()
        let other = try TemporaryDirectory()
        try FileManager.default.removeItem(atPath: world.path(".lock"))
        let target = other.path(of: "made")
        try FileManager.default.createSymbolicLink(atPath: world.path(".lock"), withDestinationPath: target)
        XCTAssertThrowsError(try world.issue("alice")) { error in
            XCTAssertEqual((error as? CommandFailure)?.kind, .usage)
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: target))
    }
}
