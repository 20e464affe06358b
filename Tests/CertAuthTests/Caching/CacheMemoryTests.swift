// SPDX-License-Identifier: Apache-2.0
// What the cache keeps of an accepted client: digests and a reference to a path that the issuer's clients share.

import CertAuthTesting
import XCTest

@testable import CertAuth

final class CacheMemoryTests: XCTestCase {
    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func presented(_ identity: TestIdentity) throws -> PresentedChain { try XCTUnwrap(identity.presented()) }

    private func entry(
        of identity: TestIdentity,
        in cache: LRUCertificateValidationCache,
        _ authenticator: CertificateAuthenticator
    ) throws -> CachedVerdict {
        let key = try ValidationCacheKey(policy: authenticator.policyFingerprint, chain: presented(identity))
        return try XCTUnwrap(cache.cachedVerdict(for: key, evidence: .none, at: stage.clock.now))
    }

    func test_cached_acceptances_keep_no_decoded_client_certificates() throws {
        let kept = try [30, 300].map { count in
            let cache = LRUCertificateValidationCache(capacity: 1_000)
            let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
            let before = DecodedObjects.count
            for number in 0..<count {
                assertAccepted(authenticator.validate(try presented(stage.issuing.issue("client \(number)"))))
            }
            XCTAssertEqual(cache.count, count)
            return DecodedObjects.count - before
        }
        // The issuer and the anchor, each decoded by our parser and by OpenSSL.
        #if DEBUG
        XCTAssertEqual(kept[0], 4)
        #endif
        XCTAssertEqual(kept[0], kept[1])
    }

    func test_a_hit_decodes_nothing_until_the_certificate_is_used() throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let chain = try presented(stage.issuing.issue("alice"))
        let fresh = authenticator.validate(chain)
        let before = DecodedObjects.count
        let hit = authenticator.validate(chain)
        XCTAssertEqual(cache.statistics.hits, 1)
        XCTAssertEqual(DecodedObjects.count, before)
        guard case .accepted(let path) = hit else { return XCTFail("\(hit)") }
        XCTAssertEqual(path.leaf.subject.rfc4514, "CN=alice")
        #if DEBUG
        XCTAssertEqual(DecodedObjects.count, before + 1, "OpenSSL decodes nothing for a name")
        #endif
        XCTAssertEqual(path.leaf.issuer, try stage.issuing.certificate.subject)
        XCTAssertLessThanOrEqual(DecodedObjects.count, before + 1, "decoded again")
        XCTAssertFalse(path.leaf.isSelfSigned)
        XCTAssertEqual(hit, fresh)
        XCTAssertEqual(hit.hashValue, fresh.hashValue)
    }

    func test_a_hit_gives_the_same_path_as_the_validation() throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let alice = try stage.issuing.issue("alice")
        _ = authenticator.validate(try presented(alice))
        guard case .accepted(let path) = authenticator.validate(try presented(alice)) else { return XCTFail("refused") }
        XCTAssertEqual(cache.statistics.hits, 1)
        XCTAssertEqual(path.leaf, try alice.certificate)
        XCTAssertEqual(path.leaf.sha256Thumbprint, try alice.certificate.sha256Thumbprint)
        XCTAssertEqual(
            path.certificates,
            [try alice.certificate, try stage.issuing.certificate, try stage.root.certificate]
        )
        XCTAssertEqual(path.issuer, try stage.issuing.certificate)
        XCTAssertEqual(path.anchor, try stage.root.certificate)
        XCTAssertEqual(path.revocation, [.notChecked(.mode), .notChecked(.mode), .notChecked(.mode)])
        XCTAssertEqual(path.validUntil, try alice.certificate.validity.lastMoment)
    }

    func test_clients_of_one_issuer_share_their_path() throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let clients = [try stage.issuing.issue("alice"), try stage.issuing.issue("bob")]
        for client in clients { assertAccepted(authenticator.validate(try presented(client))) }
        let paths = try clients.map { try XCTUnwrap(entry(of: $0, in: cache, authenticator).path) }
        XCTAssertTrue(paths[0] === paths[1])
    }

    /// Two issuers with one name and one key, whose certificates differ.
    func test_issuers_with_equal_names_and_keys_are_not_shared() throws {
        let twin = try stage.root.intermediate("Stage Issuing", key: stage.issuing.key)
        XCTAssertEqual(try twin.certificate.subject, try stage.issuing.certificate.subject)
        XCTAssertEqual(try twin.certificate.publicKey, try stage.issuing.certificate.publicKey)
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        for issuer in [stage.issuing, twin].compactMap({ $0 }) {
            let client = try issuer.issue("alice")
            for _ in 0..<2 {
                guard case .accepted(let path) = authenticator.validate(try presented(client)) else {
                    return XCTFail("refused")
                }
                XCTAssertEqual(path.issuer?.derEncoded, issuer.certificateDER)
            }
        }
        XCTAssertEqual(cache.statistics.hits, 2)
        XCTAssertEqual(cache.removeVerdicts(involving: try twin.certificate), 1)
        XCTAssertEqual(cache.count, 1)
    }

    func test_the_issuers_of_a_path_count_once_and_only_while_an_entry_uses_them() throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let clients = try ["alice", "bob"].map { try stage.issuing.issue($0) }
        var sizes: [Int] = []
        for client in clients {
            _ = authenticator.validate(try presented(client))
            sizes.append(cache.estimatedBytes)
        }
        let own = try entry(of: clients[0], in: cache, authenticator).estimatedBytes
        XCTAssertLessThanOrEqual(own, 1_024)
        XCTAssertEqual(sizes[1] - sizes[0], own)
        XCTAssertGreaterThan(sizes[0], own)
        XCTAssertEqual(cache.removeVerdicts(involving: try clients[0].certificate), 1)
        XCTAssertEqual(cache.estimatedBytes, sizes[0])
        XCTAssertEqual(cache.removeVerdicts(involving: try clients[1].certificate), 1)
        XCTAssertEqual(cache.estimatedBytes, 0)
    }

    func test_the_names_of_a_client_do_not_enlarge_its_entry() throws {
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let names = (0..<200).map { GeneralNameTemplate.dns("\($0).example") }
        let large = try stage.issuing.issue("many") { $0.extensions.append(.subjectAlternativeNames(names)) }
        let small = try stage.issuing.issue("few")
        for client in [large, small] { assertAccepted(authenticator.validate(try presented(client))) }
        let sizes = try [large, small].map { try entry(of: $0, in: cache, authenticator).estimatedBytes }
        XCTAssertEqual(sizes[0], sizes[1])
    }

    func test_the_paths_that_failed_before_an_acceptance_are_counted() throws {
        let stranger = try TestAuthority("Stage Root", clock: stage.clock.verificationClock)
        let forged = try (0..<3).map {
            try stranger.intermediate("Stage Issuing", key: stage.issuing.key, pathLength: $0)
        }
        let alice = try stage.issuing.issue("alice")
        let cache = LRUCertificateValidationCache()
        let authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        let chain = try XCTUnwrap(
            PresentedChain(
                derEncoded: [alice.certificateDER] + forged.map(\.certificateDER) + [stage.issuing.certificateDER],
                source: .tls
            )
        )
        guard case .accepted(let path) = authenticator.validate(chain) else { return XCTFail("refused") }
        let key = try ValidationCacheKey(policy: authenticator.policyFingerprint, chain: chain)
        let entry = try XCTUnwrap(cache.cachedVerdict(for: key, evidence: .none, at: stage.clock.now))
        XCTAssertGreaterThan(path.trace.count, 1, "the forged issuers were not tried")
        XCTAssertGreaterThanOrEqual(entry.estimatedBytes, path.own?.estimatedBytes ?? .max)
        guard case .accepted(let hit) = authenticator.validate(chain) else { return XCTFail("refused") }
        XCTAssertEqual(hit.trace, path.trace)
    }
}
