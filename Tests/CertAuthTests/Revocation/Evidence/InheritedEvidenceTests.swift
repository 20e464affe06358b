// SPDX-License-Identifier: Apache-2.0
// A reload keeps fetched evidence, even if the new authenticator has its own store.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class InheritedEvidenceTests: XCTestCase {
    private struct Scene {
        let stage: Stage
        let alice: TestIdentity
        let need: EvidenceNeed
        let key: EvidenceKey

        init() throws {
            stage = try Stage()
            alice = try stage.issuing.issue("alice")
            let leaf = try alice.certificate
            let path = CandidatePath(certificates: [leaf, try stage.issuing.certificate, try stage.root.certificate])
            need = EvidenceNeed(path: path, index: 0, presented: [], anchors: nil, options: try stage.options())
            key = EvidenceKey(EvidenceSource(.revocationList, at: "http://a.example/"), about: leaf)
        }

        func list(_ number: Int, isRevoking: Bool) throws -> CertificateRevocationList {
            let list = try stage.issuing.revocationList(revoked: isRevoking ? [alice] : [], number: number) {
                $0.thisUpdate = .automatic(Stage.moment.adding(seconds: Int64(number - 10) * 600))
            }
            return try CertificateRevocationList(derEncoded: list.derEncoded)
        }

        func admit(_ list: CertificateRevocationList, to store: RevocationEvidenceStore) -> Admission {
            let arrival = Arrival(fetchedAt: Stage.moment)
            return store.admit(.list(list), for: need, key: key, arrival: arrival, at: Stage.moment)
        }

        func numbers(_ store: RevocationEvidenceStore) -> [String] {
            store.revocationLists.compactMap { $0.number.map { "\($0)" } }
        }

        /// An authenticator with its own store, whose source returns `list`.
        func authenticator(_ list: CertificateRevocationList) throws -> CertificateAuthenticator {
            let options = try stage.options {
                $0.revocationMode = .online
                $0.revocationFlag = .endCertificateOnly
            }
            return try CertificateAuthenticator(options: options, revocationFetcher: ListSource(list: list))
        }
    }

    private struct ListSource: RevocationFetcher {
        let list: CertificateRevocationList
        let policy = RevocationFetchPolicy()

        func fetch(_ request: RevocationFetchRequest) async throws(RevocationFetchError) -> RevocationFetchResponse {
            RevocationFetchResponse(content: .body(list.derEncoded), url: request.url)
        }
    }

    func test_an_empty_store_adopts_all_evidence_and_then_refuses_an_older_list() throws {
        let scene = try Scene()
        let (former, next) = (RevocationEvidenceStore(), RevocationEvidenceStore())
        XCTAssertEqual(scene.admit(try scene.list(6, isRevoking: true), to: former), .held)
        next.takeOver(from: former, at: Stage.moment)
        XCTAssertEqual(scene.numbers(next), ["6"])
        guard case .refused = scene.admit(try scene.list(5, isRevoking: false), to: next) else {
            return XCTFail("an older list came in")
        }
        XCTAssertEqual(scene.admit(try scene.list(7, isRevoking: false), to: next), .held)
        XCTAssertEqual(scene.numbers(next), ["7"])
    }

    func test_a_store_with_evidence_adopts_only_newer_evidence() throws {
        for (own, expected) in [(5, ["6"]), (7, ["7"])] {
            let scene = try Scene()
            let (former, next) = (RevocationEvidenceStore(), RevocationEvidenceStore())
            XCTAssertEqual(scene.admit(try scene.list(6, isRevoking: true), to: former), .held)
            let arrival = Arrival(fetchedAt: Stage.moment.adding(seconds: -60))
            let held = next.admit(
                .list(try scene.list(own, isRevoking: false)),
                for: scene.need,
                key: scene.key,
                arrival: arrival,
                at: Stage.moment
            )
            XCTAssertEqual(held, .held)
            next.takeOver(from: former, at: Stage.moment)
            XCTAssertEqual(scene.numbers(next), expected)
        }
    }

    func test_an_authenticator_with_a_store_of_its_own_inherits_what_was_fetched() throws {
        let scene = try Scene()
        let former = try scene.authenticator(try scene.list(6, isRevoking: true))
        let store = try XCTUnwrap(former.verdicts.gatherer?.store)
        XCTAssertEqual(scene.admit(try scene.list(6, isRevoking: true), to: store), .held)
        let next = try scene.authenticator(try scene.list(5, isRevoking: false))
        let chain = try XCTUnwrap(scene.alice.presented())
        next.inherit(from: former)
        guard case .refused(let failure, _) = next.validate(chain) else { return XCTFail("accepted") }
        XCTAssertEqual(failure.code, .revoked)
    }
}
