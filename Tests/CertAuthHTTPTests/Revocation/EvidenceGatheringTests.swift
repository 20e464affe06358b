// SPDX-License-Identifier: Apache-2.0
// What is fetched, how often, and what is kept.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class EvidenceGatheringTests: XCTestCase {
    func test_two_hundred_requests_on_a_cold_cache_fetch_each_address_once() async throws {
        try await RevocationServiceScene.run { scene in
            var policy = scene.policy
            policy.deadline = .seconds(20)
            let clients = try (0..<20).map { try scene.root.issue("client \($0)", scene.service.profile()) }
            let authenticator = try scene.authenticator(scene.gatherer(policy))
            let words = await withTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask { await authenticator.authenticate(clients[number % clients.count]).word }
                }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            XCTAssertEqual(words, ["success"])
            XCTAssertEqual(scene.service.requests.map(\.path), ["/ca.crl"])
        }
    }

    func test_an_unreachable_source_is_tried_again_only_after_a_few_seconds() async throws {
        try await RevocationServiceScene.run { scene in
            scene.service.fault = .status(503)
            let alice = try scene.root.issue("alice", scene.service.profile())
            let authenticator = try scene.authenticator(scene.gatherer(), cache: LRUCertificateValidationCache())
            for _ in 0..<10 {
                let result = await authenticator.authenticate(alice)
                XCTAssertEqual(result.word, "revocation-unknown")
            }
            XCTAssertEqual(scene.service.requests.count, 1)
            scene.service.fault = nil
            scene.clock.advance(by: .seconds(6))
            let result = await authenticator.authenticate(alice)
            XCTAssertEqual(result.word, "success")
            XCTAssertEqual(scene.service.requests.count, 2)
        }
    }

    func test_an_unreachable_responder_is_queried_once_for_all_clients() async throws {
        let faults: [(RevocationFault, requests: Int)] = [
            // The connection fails, as it would for any other certificate.
            (.connectionReset, 1),
            // A responder may fail for a single certificate.
            (.status(503), 3), (.wrongContent, 3),
        ]
        for (fault, requests) in faults {
            try await RevocationServiceScene.run { scene in
                scene.service.fault = fault
                let authenticator = try scene.authenticator(scene.gatherer())
                let clients = try (0..<3).map {
                    try scene.root.issue("client \($0)", scene.service.profile(lists: false, responder: true))
                }
                for client in clients + clients {
                    let result = await authenticator.authenticate(client)
                    XCTAssertEqual(result.word, "revocation-unknown")
                }
                XCTAssertEqual(scene.service.requests.count, requests, "\(fault)")
                scene.service.fault = nil
                scene.clock.advance(by: .seconds(6))
                for client in clients {
                    let result = await authenticator.authenticate(client)
                    XCTAssertEqual(result.word, "success")
                }
            }
        }
    }

    func test_a_refresh_that_failed_is_not_tried_again_while_the_failure_is_remembered() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile(lists: false, responder: true))
            let gatherer = scene.gatherer()
            let result = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(result.word, "success")
            scene.service.fault = .status(503)
            scene.clock.advance(by: .seconds(8 * 86_400))
            let before = scene.service.requests.count
            for _ in 0..<3 { await gatherer.refresh() }
            XCTAssertEqual(scene.service.requests.count, before + 1)
            let stale = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(stale.word, "revocation-unknown")
            XCTAssertEqual(scene.service.requests.count, before + 1, "a request does not ask sooner either")
            scene.clock.advance(by: .seconds(600))
            scene.service.fault = nil
            await gatherer.refresh()
            XCTAssertEqual(scene.service.requests.count, before + 2)
            let fresh = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(fresh.word, "success")
        }
    }

    func test_an_artifact_cannot_delay_a_refresh_or_be_confirmed_by_another_tag() async throws {
        try await RevocationServiceScene.run { scene in
            let folder = try TemporaryDirectory()
            let artifacts = try FolderArtifactStore(path: folder.path(of: "evidence"))
            let alice = try scene.root.issue("alice", scene.service.profile())
            let key = EvidenceKey(
                EvidenceSource(.revocationList, at: scene.service.listAddress),
                about: try alice.certificate
            )
            let old = try scene.root.revocationList(number: 1).derEncoded
            scene.service.revoke(alice)
            // The entity tag of the service's current list, and a distant date.
            let hostile = RevocationArtifact(
                derEncoded: old,
                fetchedAt: scene.clock.now.adding(seconds: 365 * 86_400),
                entityTag: "\"2\""
            )
            await artifacts.store(hostile, for: key)
            let gatherer = scene.gatherer(artifacts: artifacts)
            let authenticator = try scene.authenticator(gatherer)
            _ = await authenticator.authenticate(alice)
            let due = try XCTUnwrap(gatherer.nextRefresh)
            XCTAssertLessThan(due, scene.clock.now.adding(seconds: 8 * 86_400))
            scene.clock.advance(by: .seconds(6 * 86_400))
            await gatherer.refresh()
            XCTAssertNil(scene.service.requests.last?.headers["if-none-match"])
            let result = await authenticator.authenticate(alice)
            XCTAssertEqual(result.word, "revoked")
        }
    }

    func test_the_next_source_is_asked_when_the_first_is_silent() async throws {
        try await RevocationServiceScene.run { scene in
            let silent = try await RevocationService(authority: scene.root)
            silent.fault = .silent
            let profile = LeafProfile.client.and { [good = scene.service.responderAddress] template, _ in
                template.extensions.replace(
                    .authorityInformationAccess(ocsp: [silent.responderAddress, good])
                )
            }
            let alice = try scene.root.issue("alice", profile)
            let result = try await scene.authenticator(scene.gatherer()).authenticate(alice)
            XCTAssertEqual(result.word, "success")
            XCTAssertEqual(silent.requests.count, 1)
            await silent.stop()
        }
    }

    func test_each_mode_and_order_queries_the_expected_sources() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile(responder: true))
            func paths(_ change: (inout CertificateAuthenticationOptions) -> Void) async throws -> [String] {
                let before = scene.service.requests.count
                let result = try await scene.authenticator(scene.gatherer(), change).authenticate(alice)
                XCTAssertEqual(result.word, "success")
                return scene.service.requests.dropFirst(before).map(\.path)
            }
            let listFirst = try await paths { _ in }
            XCTAssertEqual(listFirst, ["/ca.crl"])
            let responderFirst = try await paths { $0.revocation.sourceOrder = .ocspFirst }
            XCTAssertEqual(responderFirst, ["/ocsp"])
            let both = try await paths { $0.revocation.sourceOrder = .both }
            XCTAssertEqual(both, ["/ca.crl", "/ocsp"])
            let none = try await paths { $0.revocationMode = .noCheck }
            XCTAssertEqual(none, [])
            let before = scene.service.requests.count
            let offline = try await scene.authenticator(scene.gatherer()) { $0.revocationMode = .offline }
                .authenticate(alice)
            XCTAssertEqual(offline.word, "revocation-unknown")
            XCTAssertEqual(scene.service.requests.count, before)
        }
    }

    func test_one_gatherer_serves_offline_authenticators_and_the_handshake_with_what_it_holds() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile(lists: false, responder: true))
            let chain = try XCTUnwrap(PresentedChain(derEncoded: alice.chain, source: .tls))
            let gatherer = scene.gatherer()
            let online = try scene.authenticator(gatherer)
            XCTAssertEqual(online.validate(chain).word, "revocation-unknown")
            let result = await online.authenticate(alice)
            XCTAssertEqual(result.word, "success")
            XCTAssertEqual(online.validate(chain).word, "success")
            let offline = try scene.authenticator(gatherer) { $0.revocationMode = .offline }
            XCTAssertEqual(offline.validate(chain).word, "success")
            XCTAssertEqual(scene.service.requests.count, 1)
        }
    }

    func test_a_revocation_is_seen_when_the_evidence_ends() async throws {
        for isResponder in [false, true] {
            try await RevocationServiceScene.run { scene in
                let profile = scene.service.profile(lists: !isResponder, responder: isResponder)
                let alice = try scene.root.issue("alice", profile)
                let cache = LRUCertificateValidationCache()
                let authenticator = try scene.authenticator(scene.gatherer(), cache: cache)
                let good = await authenticator.authenticate(alice)
                XCTAssertEqual(good.word, "success")
                scene.service.revoke(alice, reason: 1)
                let unnoticed = await authenticator.authenticate(alice)
                XCTAssertEqual(unnoticed.word, "success")
                scene.clock.advance(by: .seconds(8 * 86_400))
                let revoked = await authenticator.authenticate(alice)
                XCTAssertEqual(revoked.word, "revoked")
            }
        }
    }

    func test_refreshing_brings_a_revocation_before_the_evidence_ends_and_voids_cached_verdicts() async throws {
        for isResponder in [false, true] {
            try await RevocationServiceScene.run { scene in
                let profile = scene.service.profile(lists: !isResponder, responder: isResponder)
                let alice = try scene.root.issue("alice", profile)
                let gatherer = scene.gatherer()
                let authenticator = try scene.authenticator(gatherer, cache: LRUCertificateValidationCache())
                let good = await authenticator.authenticate(alice)
                XCTAssertEqual(good.word, "success")
                let early = await gatherer.refresh()
                XCTAssertEqual(early, 0)
                scene.service.revoke(alice)
                scene.clock.advance(by: .seconds(6 * 86_400))
                scene.service.publish()
                let asked = await gatherer.refresh()
                XCTAssertEqual(asked, 1)
                let count = scene.service.requests.count
                let revoked = await authenticator.authenticate(alice)
                XCTAssertEqual(revoked.word, "revoked")
                XCTAssertEqual(scene.service.requests.count, count)
            }
        }
    }

    func test_an_entity_tag_that_matches_everything_or_is_malformed_is_not_sent_back() async throws {
        for tag in ["*", "1", "\"1", "\"a\"b\"", "W/1", "\"\" , *", "\"" + String(repeating: "a", count: 300) + "\""] {
            try await RevocationServiceScene.run { scene in
                scene.service.fault = .entityTag(tag)
                let alice = try scene.root.issue("alice", scene.service.profile())
                let gatherer = scene.gatherer()
                let result = try await scene.authenticator(gatherer).authenticate(alice)
                XCTAssertEqual(result.word, "success")
                scene.clock.advance(by: .seconds(6 * 86_400))
                await gatherer.refresh()
                XCTAssertEqual(scene.service.requests.count, 2, tag)
                XCTAssertNil(scene.service.requests.last?.headers["if-none-match"], tag)
            }
        }
    }

    func test_an_expired_list_is_fetched_without_a_condition() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile())
            let gatherer = scene.gatherer()
            let authenticator = try scene.authenticator(gatherer)
            let result = await authenticator.authenticate(alice)
            XCTAssertEqual(result.word, "success")
            scene.clock.advance(by: .seconds(8 * 86_400))
            scene.service.publish()
            let later = await authenticator.authenticate(alice)
            XCTAssertEqual(later.word, "success")
            XCTAssertNil(scene.service.requests.last?.headers["if-none-match"])
        }
    }

    func test_an_unchanged_list_is_not_sent_again() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile())
            let gatherer = scene.gatherer()
            let result = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(result.word, "success")
            scene.clock.advance(by: .seconds(6 * 86_400))
            let due = try XCTUnwrap(gatherer.nextRefresh)
            await gatherer.refresh()
            XCTAssertEqual(scene.service.requests.last?.headers["if-none-match"], "\"1\"")
            XCTAssertGreaterThan(try XCTUnwrap(gatherer.nextRefresh), due)
        }
    }

    /// Another service's list replaces the current one. A list that was issued earlier is refused; one that was issued
    /// later has a smaller number and is kept in addition. Neither lets the revoked client in.
    func test_a_replayed_old_list_does_not_replace_the_current_one() async throws {
        for (isOld, expected) in [(true, ["2"]), (false, ["2", "1"])] {
            try await RevocationServiceScene.run { scene in
                let alice = try scene.root.issue("alice", scene.service.profile())
                let replay = try await RevocationService(authority: scene.root)
                if isOld {
                    scene.service.fault = .redirect(to: replay.listAddress)
                    let good = try await scene.authenticator(scene.gatherer()).authenticate(alice)
                    XCTAssertEqual(good.word, "success")
                    scene.service.fault = nil
                    scene.clock.advance(by: .seconds(60))
                }
                scene.service.publish()
                scene.service.revoke(alice)
                let gatherer = scene.gatherer()
                let authenticator = try scene.authenticator(gatherer)
                let revoked = await authenticator.authenticate(alice)
                XCTAssertEqual(revoked.word, "revoked")
                scene.service.fault = .redirect(to: replay.listAddress)
                scene.clock.advance(by: .seconds(6 * 86_400))
                let before = replay.requests.count
                await gatherer.refresh()
                XCTAssertEqual(replay.requests.count, before + 1)
                XCTAssertEqual(gatherer.store.revocationLists.map { $0.number?.description }, expected)
                let still = await authenticator.authenticate(alice)
                XCTAssertEqual(still.word, "revoked")
                await replay.stop()
            }
        }
    }

    func test_a_folder_keeps_evidence_over_a_restart_and_a_forged_file_only_delays() async throws {
        try await RevocationServiceScene.run { scene in
            let folder = try TemporaryDirectory()
            let artifacts = try FolderArtifactStore(path: folder.path(of: "evidence"))
            let alice = try scene.root.issue("alice", scene.service.profile())
            let bob = try scene.root.issue("bob", scene.service.profile(lists: false, responder: true))
            for client in [alice, bob] {
                for expected in [1, 0] {
                    let before = scene.service.requests.count
                    let gatherer = scene.gatherer(artifacts: artifacts)
                    let result = try await scene.authenticator(gatherer).authenticate(client)
                    XCTAssertEqual(result.word, "success")
                    XCTAssertEqual(scene.service.requests.count - before, expected)
                }
            }
            XCTAssertEqual(scene.service.requests.map(\.path), ["/ca.crl", "/ocsp"])
            let forged = try TestAuthority("Scene Root", clock: scene.clock.verificationClock)
            let key = EvidenceKey(
                EvidenceSource(.revocationList, at: scene.service.listAddress),
                about: try alice.certificate
            )
            let list = try forged.revocationList(revoked: [alice], number: 9).derEncoded
            await artifacts.store(RevocationArtifact(derEncoded: list, fetchedAt: scene.clock.now), for: key)
            let result = try await scene.authenticator(scene.gatherer(artifacts: artifacts)).authenticate(alice)
            XCTAssertEqual(result.word, "success")
            XCTAssertEqual(scene.service.requests.count, 3)
        }
    }

    func test_each_nonce_digest_and_method_setting_gets_an_answer() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice", scene.service.profile(lists: false, responder: true))
            for nonce in RevocationSourceOptions.Nonce.allCases {
                for digest in OCSPCertificateID.Digest.allCases {
                    for asksByGET in [false, true] {
                        var sources = RevocationSourceOptions()
                        sources.nonce = nonce
                        sources.identifierDigest = digest
                        sources.asksByGET = asksByGET
                        let gatherer = scene.gatherer(sources: sources)
                        let result = try await scene.authenticator(gatherer).authenticate(alice)
                        XCTAssertEqual(result.word, "success", "\(nonce) \(digest) \(asksByGET)")
                        XCTAssertEqual(scene.service.requests.last?.method, asksByGET ? "GET" : "POST")
                    }
                }
            }
        }
    }

    func test_a_configured_responder_answers_for_a_certificate_that_names_none() async throws {
        try await RevocationServiceScene.run { scene in
            let alice = try scene.root.issue("alice")
            let without = try await scene.authenticator(scene.gatherer()).authenticate(alice)
            XCTAssertEqual(without.word, "revocation-unknown")
            var sources = RevocationSourceOptions()
            sources.responderAddresses = [scene.service.responderAddress]
            let with = try await scene.authenticator(scene.gatherer(sources: sources)).authenticate(alice)
            XCTAssertEqual(with.word, "success")
        }
    }

    func test_cancelling_a_request_does_not_cancel_others() async throws {
        try await RevocationServiceScene.run { scene in
            var policy = scene.policy
            policy.deadline = .seconds(20)
            scene.service.fault = .silent
            let alice = try scene.root.issue("alice", scene.service.profile())
            let authenticator = try scene.authenticator(scene.gatherer(policy))
            let first = Task { await authenticator.authenticate(alice).word }
            while scene.service.requests.isEmpty { await Task.yield() }
            first.cancel()
            let abandoned = await first.value
            XCTAssertEqual(abandoned, "revocation-unknown")
            // Not earlier: the service may not yet have chosen the fault for the first request.
            scene.service.fault = nil
            let second = await authenticator.authenticate(alice)
            XCTAssertEqual(second.word, "success")
            XCTAssertEqual(scene.service.requests.count, 2)
        }
    }
}

extension ValidationVerdict {
    fileprivate var word: String {
        switch self {
        case .accepted: "success"
        case .refused(let failure, _): failure.code.rawValue
        }
    }
}
