// SPDX-License-Identifier: Apache-2.0
// Trust that is reloaded while the server runs.

import CertAuth
import CertAuthTesting
import Synchronization
import XCTest

final class TrustSourceTests: XCTestCase {
    /// The result of the next reload.
    private final class NextReload: Sendable {
        private let contents: Mutex<[Certificate]>

        init(_ certificates: [Certificate]) { contents = Mutex(certificates) }

        func put(_ certificates: [Certificate]) { contents.withLock { $0 = certificates } }

        func load() throws(TrustStoreError) -> TrustStore {
            try TrustStore(certificates: contents.withLock { $0 })
        }
    }

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    func test_a_source_that_is_empty_at_first_throws() {
        let shelf = NextReload([])
        assertThrows(TrustStoreError.empty(source: "the given certificates")) {
            _ = try TrustSource { () throws(TrustStoreError) in try shelf.load() }
        }
    }

    func test_a_reload_of_the_same_anchors_changes_nothing() throws {
        let shelf = NextReload([try stage.root.certificate])
        let source = try TrustSource { () throws(TrustStoreError) in try shelf.load() }
        let generation = source.current.generation
        guard case .unchanged(let store) = source.reload() else { return XCTFail("the anchors are the same") }
        XCTAssertEqual(store.generation, generation)
        XCTAssertEqual(source.current.generation, generation)
    }

    func test_a_reload_of_other_anchors_replaces_all_and_grows_the_generation() throws {
        let shelf = NextReload([try stage.root.certificate])
        let source = try TrustSource { () throws(TrustStoreError) in try shelf.load() }
        let before = source.current
        shelf.put([try stage.issuing.certificate])
        guard case .replaced(let after) = source.reload() else { return XCTFail("the anchors are new") }
        XCTAssertEqual(after.anchors, [try stage.issuing.certificate])
        XCTAssertGreaterThan(after.generation, before.generation)
        XCTAssertNotEqual(after.fingerprint, before.fingerprint)
        XCTAssertEqual(source.current.fingerprint, after.fingerprint)
    }

    func test_a_reload_of_nothing_keeps_the_last_good_store_and_reports_why() throws {
        let shelf = NextReload([try stage.root.certificate])
        let source = try TrustSource { () throws(TrustStoreError) in try shelf.load() }
        let generation = source.current.generation
        shelf.put([])
        guard case .keptLastGood(let store, let reason) = source.reload() else { return XCTFail("nothing to take") }
        XCTAssertEqual(reason, .empty(source: "the given certificates"))
        XCTAssertEqual(store.generation, generation)
        XCTAssertEqual(source.current.anchors, [try stage.root.certificate])
    }

    func test_a_broken_file_keeps_the_last_good_store_and_a_corrected_one_is_loaded() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/roots.pem"
        try stage.root.identity.certificatePEM().write(toFile: path, atomically: true, encoding: .utf8)
        let source = try TrustSource(files: [path])
        let whole = try stage.root.identity.certificatePEM()
        try String(whole.prefix(whole.count / 2)).write(toFile: path, atomically: true, encoding: .utf8)
        guard case .keptLastGood = source.reload() else { return XCTFail("the file is broken") }
        XCTAssertEqual(source.current.anchors, [try stage.root.certificate])
        try stage.issuing.identity.certificatePEM().write(toFile: path, atomically: true, encoding: .utf8)
        guard case .replaced = source.reload() else { return XCTFail("the file is whole again") }
        XCTAssertEqual(source.current.anchors, [try stage.issuing.certificate])
    }

    func test_a_policy_follows_its_source_and_its_fingerprint_with_it() throws {
        let other = try TestAuthority("Other Root", clock: stage.clock.verificationClock)
        let shelf = NextReload([try stage.root.certificate])
        let source = try TrustSource { () throws(TrustStoreError) in try shelf.load() }
        let authenticator = try stage.authenticator { $0.trust = .reloadable(source) }
        let alice = try XCTUnwrap(stage.issuing.issue("alice").presented())
        let bob = try XCTUnwrap(other.issue("bob").presented())
        let fingerprint = authenticator.policyFingerprint
        assertAccepted(authenticator.validate(alice))
        assertRefused(authenticator.validate(bob), .untrusted, at: 0)
        shelf.put([try other.certificate])
        source.reload()
        XCTAssertNotEqual(authenticator.policyFingerprint, fingerprint)
        assertAccepted(authenticator.validate(bob))
        assertRefused(authenticator.validate(alice), .partialChain, at: 1)
        shelf.put([try stage.root.certificate])
        source.reload()
        XCTAssertEqual(authenticator.policyFingerprint, fingerprint)
    }

    func test_a_load_that_started_earlier_does_not_replace_the_result_of_a_later_one() throws {
        /// A source whose second load is overtaken by a whole reload.
        final class Overtaken: Sendable {
            let source = Mutex<TrustSource?>(nil)
            let loads = Mutex(0)
        }
        let (first, old) = (try stage.root.certificate, try stage.issuing.certificate)
        let new = try TestAuthority("New Root").certificate
        let overtaken = Overtaken()
        let source = try TrustSource { () throws(TrustStoreError) in
            let number = overtaken.loads.withLock { loads in
                loads += 1
                return loads
            }
            switch number {
            case 1: return try TrustStore(certificates: [first])
            case 2:
                // The later load starts and ends while this one still has what it read before.
                guard case .replaced? = overtaken.source.withLock({ $0 })?.reload() else {
                    throw .empty(source: "test")
                }
                return try TrustStore(certificates: [old])
            default: return try TrustStore(certificates: [new])
            }
        }
        overtaken.source.withLock { $0 = source }
        guard case .unchanged(let kept) = source.reload() else { return XCTFail("an earlier load was put in force") }
        XCTAssertEqual(kept.anchors, [new])
        XCTAssertEqual(source.current.anchors, [new])
        // A later reload works as before.
        guard case .unchanged = source.reload() else { return XCTFail("the anchors are the same") }
        overtaken.source.withLock { $0 = nil }
    }
}
