// SPDX-License-Identifier: Apache-2.0
// From the moment at which `invalidate` is called, no verdict that was made before is used: not while the cache is
// searched, and not if a validation that began before stores one afterwards.

import CertAuthTesting
import Synchronization
import XCTest

@testable import CertAuth

final class InvalidationOrderTests: XCTestCase {
    /// A cache that runs a function in the middle of its calls.
    private final class SlowCache: CertificateValidationCache {
        typealias Step = @Sendable () -> Void

        private let cache = LRUCertificateValidationCache()
        /// Runs before anything is removed.
        let beforeRemoval = Mutex<Step?>(nil)
        /// Runs before a verdict is stored that was validated.
        let beforeStore = Mutex<Step?>(nil)

        private func run(_ step: borrowing Mutex<Step?>) {
            let body = step.withLock { step in
                defer { step = nil }
                return step
            }
            body?()
        }

        func cachedVerdict(
            for key: ValidationCacheKey,
            evidence generation: EvidenceGeneration,
            at now: Timestamp
        ) -> CachedVerdict? {
            cache.cachedVerdict(for: key, evidence: generation, at: now)
        }

        func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
            run(beforeStore)
            cache.store(verdict, for: key, at: now)
        }

        func verdict(
            for key: ValidationCacheKey,
            evidence generation: EvidenceGeneration,
            at now: Timestamp,
            validate: @escaping @Sendable () async -> CachedVerdict
        ) async -> CachedVerdict {
            if let found = cache.cachedVerdict(for: key, evidence: generation, at: now) { return found }
            let verdict = await validate()
            run(beforeStore)
            cache.store(verdict, for: key, at: now)
            return verdict
        }

        func removeVerdicts(involving certificate: Certificate) -> Int {
            run(beforeRemoval)
            return cache.removeVerdicts(involving: certificate)
        }

        func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int {
            run(beforeRemoval)
            return cache.removeVerdicts(issuedBy: issuer)
        }

        func removeAll() {
            run(beforeRemoval)
            cache.removeAll()
        }
    }

    private var stage: Stage!
    private var cache: SlowCache!
    private var authenticator: CertificateAuthenticator!
    private var alice: TestIdentity!

    override func setUpWithError() throws {
        stage = try Stage()
        cache = SlowCache()
        authenticator = try stage.authenticator(options: stage.options(), cache: cache)
        alice = try stage.issuing.issue("alice")
    }

    private func scopes() throws -> [InvalidationScope] {
        let certificate = try alice.certificate
        let root = try stage.root.certificate.subject
        return [.everything, .certificate(certificate), .issuer(certificate.issuer), .issuer(root)]
    }

    /// The scopes that do not concern the client.
    private func otherScopes() throws -> [InvalidationScope] {
        let bob = try stage.issuing.issue("bob").certificate
        return [.certificate(bob), .issuer(bob.subject)]
    }

    func test_neither_an_open_connection_nor_a_lookup_uses_a_verdict_while_it_is_removed() throws {
        let chain = try XCTUnwrap(alice.presented())
        let source = authenticator.verdicts
        for (scope, concerns) in try scopes().map({ ($0, true) }) + otherScopes().map({ ($0, false) }) {
            stage.clock.advance(by: .seconds(1))
            let held = source.verdictByHeldEvidence(on: chain)
            XCTAssertEqual(source.verdictByHeldEvidence(on: chain).madeAt, held.madeAt, "the cache answers")
            stage.clock.advance(by: .seconds(1))
            let found = Mutex<(isHeld: Bool, madeAt: Timestamp)?>(nil)
            cache.beforeRemoval.withLock {
                $0 = {
                    let validity = source.validity(of: held, digests: nil)
                    let isHeld = if case .doubtful(isInvalidated: true) = validity { false } else { true }
                    let again = source.verdictByHeldEvidence(on: chain).madeAt
                    found.withLock { $0 = (isHeld, again) }
                }
            }
            authenticator.invalidate(scope)
            let gap = try XCTUnwrap(found.withLock { $0 })
            XCTAssertEqual(gap.isHeld, !concerns, "\(scope)")
            XCTAssertEqual(gap.madeAt == held.madeAt, !concerns, "\(scope)")
            authenticator.invalidate()
        }
    }

    func test_a_verdict_whose_validation_began_before_is_not_used_although_it_is_stored_after() throws {
        let chain = try XCTUnwrap(alice.presented())
        let source = authenticator.verdicts
        for (scope, concerns) in try scopes().map({ ($0, true) }) + otherScopes().map({ ($0, false) }) {
            stage.clock.advance(by: .seconds(1))
            let authenticator = authenticator!
            cache.beforeStore.withLock { $0 = { authenticator.invalidate(scope) } }
            let former = source.verdictByHeldEvidence(on: chain)
            let isInvalidated =
                if case .doubtful(isInvalidated: true) = source.validity(of: former, digests: nil) { true } else {
                    false
                }
            XCTAssertEqual(isInvalidated, concerns, "\(scope)")
            stage.clock.advance(by: .seconds(1))
            let later = source.verdictByHeldEvidence(on: chain)
            XCTAssertEqual(later.madeAt == former.madeAt, !concerns, "\(scope)")
            stage.clock.advance(by: .seconds(1))
            XCTAssertEqual(source.verdictByHeldEvidence(on: chain).madeAt, later.madeAt, "the new verdict is cached")
            authenticator.invalidate()
        }
    }

    func test_the_same_holds_for_requests_that_may_wait() async throws {
        let chain = try XCTUnwrap(alice.presented())
        let source = authenticator.verdicts
        for (scope, concerns) in try scopes().map({ ($0, true) }) + otherScopes().map({ ($0, false) }) {
            stage.clock.advance(by: .seconds(1))
            let authenticator = authenticator!
            cache.beforeStore.withLock { $0 = { authenticator.invalidate(scope) } }
            let former = await source.verdictGatheringEvidence(on: chain)
            stage.clock.advance(by: .seconds(10))
            let later = await source.verdictGatheringEvidence(on: chain)
            XCTAssertEqual(later.madeAt == former.madeAt, !concerns, "\(scope)")
            stage.clock.advance(by: .seconds(1))
            let cached = await source.verdictGatheringEvidence(on: chain)
            XCTAssertEqual(cached.madeAt, later.madeAt, "the new verdict is cached")
            authenticator.invalidate()
        }
    }

    func test_after_many_invalidations_an_older_verdict_counts_as_invalidated() throws {
        let chain = try XCTUnwrap(alice.presented())
        let source = authenticator.verdicts
        let others = try (0..<65).map { try stage.issuing.issue("other\($0)").certificate }
        for (count, isUsed) in [(64, true), (65, false)] {
            let former = source.verdictByHeldEvidence(on: chain)
            stage.clock.advance(by: .seconds(1))
            for other in others.prefix(count) { authenticator.invalidate(.certificate(other)) }
            XCTAssertEqual(source.verdictByHeldEvidence(on: chain).madeAt == former.madeAt, isUsed, "\(count)")
            authenticator.invalidate()
        }
    }
}
