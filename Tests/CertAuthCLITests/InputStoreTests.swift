// SPDX-License-Identifier: Apache-2.0
// A file that several settings name is read and parsed once, and again only if its bytes have changed.

import CertAuth
import CertAuthCLI
import CertAuthTesting
import Foundation
import Logging
import XCTest

final class InputStoreTests: XCTestCase {
    private var directory: TemporaryDirectory!
    private var authority: TestAuthority!

    override func setUpWithError() throws {
        directory = try TemporaryDirectory()
        authority = try TestAuthority("Root")
    }

    override func tearDown() { directory = nil }

    private func path(_ name: String) -> String { directory.path(of: name) }

    private func write(_ name: String, _ authority: TestAuthority) throws {
        try directory.write(try authority.identity.anchorPEM(), as: name)
    }

    /// The number that distinguishes the store of the anchors in `paths` from all others of the process.
    private func generation(_ paths: [String], in store: InputStore) throws -> UInt64 {
        try store.load(
            password: nil,
            prepare: { _ in ((), paths.map { InputFile($0, .certificates) }) },
            apply: { (_, snapshot) throws(CommandFailure) in
                try snapshot.trustStore(paths, flag: "--client-ca").generation
            }
        )
    }

    func test_a_file_is_parsed_once_however_its_path_is_spelled() throws {
        try write("root.pem", authority)
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: path("link.pem"), withDestinationPath: "root.pem")
        try manager.linkItem(atPath: path("root.pem"), toPath: path("hard.pem"))
        try write("copy.pem", authority)
        let once = try VisitCounter.count { _ = try generation([path("root.pem")], in: InputStore()) }
        let paths = ["root.pem", "./root.pem", "link.pem", "hard.pem"].map(path)
        let store = InputStore()
        let visits = try VisitCounter.count {
            try store.load(
                password: nil,
                prepare: { _ in ((), paths.map { InputFile($0, .certificates) }) },
                apply: { (_, snapshot) throws(CommandFailure) in
                    let first = try snapshot.trustStore([paths[0]], flag: "").generation
                    for path in paths {
                        XCTAssertEqual(try snapshot.trustStore([path], flag: "").generation, first, path)
                    }
                    XCTAssertEqual(try snapshot.trustStore([self.path("copy.pem")], flag: "").generation, first)
                }
            )
        }
        XCTAssertEqual(visits, once)
    }

    func test_a_reload_keeps_the_objects_of_unchanged_bytes() throws {
        try write("root.pem", authority)
        try write("other.pem", try TestAuthority("Other"))
        let store = InputStore()
        let first = try generation([path("root.pem")], in: store)
        XCTAssertEqual(try generation([path("root.pem")], in: store), first)
        // The same bytes in a new file, then in a file of another name.
        try FileManager.default.removeItem(atPath: path("root.pem"))
        try write("root.pem", authority)
        XCTAssertEqual(try generation([path("root.pem")], in: store), first)
        try write("moved.pem", authority)
        XCTAssertEqual(try generation([path("moved.pem")], in: store), first)
        // Objects that no setting uses are not kept.
        XCTAssertNotEqual(try generation([path("other.pem")], in: store), first)
        XCTAssertNotEqual(try generation([path("root.pem")], in: store), first)
    }

    func test_a_load_that_fails_keeps_the_objects_in_force() throws {
        try write("root.pem", authority)
        let store = InputStore()
        let first = try generation([path("root.pem")], in: store)
        try directory.write("broken", as: "root.pem")
        XCTAssertThrowsError(try generation([path("root.pem")], in: store)) { error in
            let failure = error as? CommandFailure
            XCTAssertEqual(failure?.kind, .usage)
            XCTAssertEqual(failure?.message.hasPrefix(path("root.pem")), true, "\(error)")
        }
        try write("root.pem", authority)
        XCTAssertEqual(try generation([path("root.pem")], in: store), first)
    }

    func test_a_file_that_changes_while_others_are_read_is_read_again() throws {
        try write("root.pem", authority)
        let other = try TestAuthority("Other")
        let paths = ["root.pem", "./root.pem"].map(path)
        var calls = 0
        let subjects = try InputStore().load(
            password: nil,
            prepare: { snapshot in
                calls += 1
                snapshot.read([InputFile(paths[0], .certificates)])
                if calls == 1 {
                    do { try write("root.pem", other) } catch { XCTFail("\(error)") }
                }
                return ((), paths.map { InputFile($0, .certificates) })
            },
            apply: { (_, snapshot) throws(CommandFailure) in
                var subjects: [String] = []
                for path in paths { subjects += try snapshot.certificates(path).map(\.subject.rfc4514) }
                return subjects
            }
        )
        XCTAssertEqual(subjects, ["CN=Other", "CN=Other"])
        XCTAssertEqual(calls, 2)
    }

    func test_a_file_that_never_stops_changing_is_refused() throws {
        try write("root.pem", authority)
        var calls = 0
        XCTAssertThrowsError(
            try InputStore().load(
                password: nil,
                prepare: { snapshot in
                    snapshot.read([InputFile(path("root.pem"), .certificates)])
                    calls += 1
                    do {
                        try directory.write(String(repeating: "\n", count: calls), as: "root.pem")
                    } catch {
                        XCTFail("\(error)")
                    }
                    return ((), [])
                },
                apply: { (_, _) throws(CommandFailure) in XCTFail("it was used") }
            )
        ) { error in
            let failure = error as? CommandFailure
            XCTAssertEqual(failure?.message, "\(path("root.pem")): changed while the files were read, 3 times")
            XCTAssertEqual(failure?.hints, ["write a new file beside it and rename it to this name"])
        }
        XCTAssertEqual(calls, 3)
    }

    func test_one_file_may_contain_the_certificate_and_its_key() throws {
        let world = try PKIInFolder(clock: .system)
        try world.issue("localhost") {
            $0.purposes = [.serverAuth]
            $0.dnsNames = ["localhost"]
        }
        let both = try ["localhost.chain.pem", "localhost.key"]
            .map { try String(contentsOfFile: world.path($0), encoding: .utf8) }.joined()
        try world.directory.write(both, as: "both.pem")
        var settings = ServeSettings(certificate: world.path("both.pem"), key: world.path("both.pem"))
        settings.clientAuthorities = [world.path("root.pem")]
        settings.revocation = .none
        XCTAssertNoThrow(try settings.listener(logger: .silent))
    }
}
