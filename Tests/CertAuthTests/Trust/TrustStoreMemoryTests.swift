// SPDX-License-Identifier: Apache-2.0
// Anchors are kept as DER, and decoded when a path needs them.

import CertAuth
import CertAuthTesting
import XCTest

final class TrustStoreMemoryTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func store(others count: Int) throws -> TrustStore {
        let key = try TestKey.generate()
        let others = try (0..<count).map {
            try TestAuthority("Other \($0)", key: key, clock: stage.clock.verificationClock).certificate
        }
        return try TrustStore(certificates: [stage.root.certificate] + others)
    }

    func test_a_store_keeps_no_decoded_anchors() throws {
        for count in [30, 300] {
            let before = DecodedObjects.count
            let store = try store(others: count)
            XCTAssertEqual(DecodedObjects.count, before, "\(count) anchors")
            XCTAssertEqual(store.anchors.count, count + 1)
        }
    }

    /// The peak of a reload is the former store, the new one, and one decoded anchor.
    func test_loading_decodes_one_anchor_at_a_time() throws {
        let key = try TestKey.generate()
        let peaks = try [30, 300].map { count in
            let texts = try (0..<count).map { try TestAuthority("Other \($0)", key: key).certificate.pem }
            let folder = try TemporaryDirectory()
            let all = try folder.write(texts.joined(), as: "all.pem")
            let halves = [texts[..<(count / 2)], texts[(count / 2)...]].map { $0.joined() }
            let files = try halves.enumerated().map { try folder.write($1, as: "\($0).crt") }
            let given = try TrustStore(pem: texts.joined()).anchors
            let loads: [() throws -> TrustStore] = [
                { try TrustStore(pem: texts.joined()) }, { try TrustStore(files: [all]) },
                { try TrustStore(files: files) }, { try TrustStore(certificates: given) },
            ]
            return try loads.map { load in
                try DecodedObjects.peak { XCTAssertEqual(try load().anchors.count, count) }
            }
        }
        #if DEBUG
        XCTAssertEqual(peaks, [[2, 2, 2, 1], [2, 2, 2, 1]])
        #endif
    }

    func test_the_names_of_the_anchors_are_listed_without_decoding_any() throws {
        let store = try store(others: 30)
        let before = DecodedObjects.count
        XCTAssertEqual(store.subjects.count, 31)
        XCTAssertEqual(store.subjects.first, try stage.root.certificate.subject.derEncoded)
        XCTAssertEqual(DecodedObjects.count, before)
        withExtendedLifetime(store) {}
    }

    func test_validations_decode_only_the_anchors_of_their_paths_and_each_once() throws {
        let alice = try XCTUnwrap(stage.issuing.issue("alice").presented())
        for count in [30, 300] {
            let store = try store(others: count)
            let engine = ValidationEngine(options: try stage.options(), trust: store, memory: nil)
            let before = DecodedObjects.count
            for _ in 0..<3 {
                assertAccepted(engine.verdict(for: alice, evidence: .none, at: stage.clock.now))
                #if DEBUG
                XCTAssertEqual(DecodedObjects.count, before + 2, "\(count) anchors")
                #endif
            }
            withExtendedLifetime(store) {}
        }
    }

    func test_a_stranger_causes_the_decoding_of_no_anchor() throws {
        let store = try store(others: 30)
        let engine = ValidationEngine(options: try stage.options(), trust: store, memory: nil)
        let stranger = try TestAuthority("Unknown", clock: stage.clock.verificationClock).issue("mallory")
        let before = DecodedObjects.count
        assertRefused(
            engine.verdict(for: try XCTUnwrap(stranger.presented()), evidence: .none, at: stage.clock.now),
            .untrusted,
            at: 0
        )
        XCTAssertEqual(DecodedObjects.count, before)
    }

    func test_what_is_decoded_of_the_listed_anchors_is_released_with_them() throws {
        let store = try store(others: 30)
        let before = DecodedObjects.count
        XCTAssertEqual(Set(store.anchors.map(\.subject)).count, 31)
        XCTAssertTrue(store.anchors.allSatisfy(\.isSelfSigned))
        XCTAssertEqual(DecodedObjects.count, before)
    }

    func test_a_store_of_several_stores_has_their_anchors_and_fingerprint() throws {
        let first = try store(others: 2)
        let second = try TrustStore(certificates: [stage.root.certificate, stage.issuing.certificate])
        let both = try TrustStore(combining: [first, second])
        XCTAssertEqual(both.anchors, first.anchors + [try stage.issuing.certificate])
        XCTAssertEqual(both.anchors(named: try stage.issuing.certificate.subject), [try stage.issuing.certificate])
        XCTAssertEqual(both.fingerprint, try TrustStore(certificates: both.anchors).fingerprint)
    }
}
