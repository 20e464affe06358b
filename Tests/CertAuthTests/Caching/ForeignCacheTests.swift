// SPDX-License-Identifier: Apache-2.0
// Custom caches that violate the contract: the authenticator ignores their entries, and the cache suite reports them.

import CertAuth
import CertAuthTestSupport
import CertAuthTesting
import Synchronization
import XCTest

final class ForeignCacheTests: XCTestCase {
    private var stage: Stage!
    private var log: LogRecorder!

    override func setUpWithError() throws {
        stage = try Stage()
        log = LogRecorder()
    }

    private func authenticator(
        _ cache: any CertificateValidationCache,
        _ change: (inout CertificateAuthenticationOptions) throws -> Void = { _ in }
    ) throws -> CertificateAuthenticator {
        try CertificateAuthenticator(options: stage.options(change), cache: cache, logger: log.logger)
    }

    /// How often the log reports that a cached entry was not used.
    private func complaints(_ objection: String) -> Int {
        log.lines.count { $0.level == "error" && $0.message.contains(objection) }
    }

    /// The codes of both entry points: a handshake and a request.
    private func codes(_ authenticator: CertificateAuthenticator, _ identity: TestIdentity) async throws -> [String] {
        let chain = try XCTUnwrap(identity.presented())
        let verdict = authenticator.validate(chain)
        let result = await authenticator.authenticate(chain)
        let first = if case .refused(let failure, _) = verdict { failure.code.rawValue } else { "success" }
        return [first, result.refusalCode?.rawValue ?? "success"]
    }

    func test_a_cache_that_uses_only_the_leaf_as_key_admits_no_client_of_another_policy() async throws {
        let cache = BrokenCache(.filesByLeaf)
        let lenient = try authenticator(cache) { $0.validateCertificateUse = false }
        let strict = try authenticator(cache)
        let identity = try stage.issuing.issue("alice", .wrongUsage)
        let admitted = try await codes(lenient, identity)
        XCTAssertEqual(admitted, ["success", "success"])
        let refused = try await codes(strict, identity)
        XCTAssertEqual(refused, ["wrong-usage", "wrong-usage"])
        XCTAssertGreaterThan(complaints("a verdict for another key"), 0)
    }

    func test_a_cache_that_answers_with_any_entry_admits_no_other_client() async throws {
        let cache = BrokenCache(.answersWithAny)
        let authenticator = try authenticator(cache)
        let alice = try await codes(authenticator, stage.issuing.issue("alice"))
        XCTAssertEqual(alice, ["success", "success"])
        let mallory = try await codes(authenticator, TestAuthority("Stranger").issue("mallory"))
        XCTAssertEqual(mallory, ["untrusted", "untrusted"])
        let principal = await authenticator.authenticate(try stage.issuing.issue("bob")).principal
        XCTAssertEqual(principal?.name, "bob")
    }

    func test_a_cache_that_never_ends_an_entry_admits_no_expired_client() async throws {
        let end = stage.clock.now.adding(seconds: 10)
        let authenticator = try authenticator(BrokenCache(.ignoresTime))
        let identity = try stage.issuing.issue("alice") { $0.notAfter = .automatic(end) }
        let before = try await codes(authenticator, identity)
        XCTAssertEqual(before, ["success", "success"])
        stage.clock.set(to: end.adding(seconds: 1))
        let after = try await codes(authenticator, identity)
        XCTAssertEqual(after, ["expired", "expired"])
        XCTAssertGreaterThan(complaints("a verdict from a later time, or one that has expired"), 0)
    }

    func test_a_cache_that_ignores_the_evidence_admits_no_revoked_client() async throws {
        let authenticator = try authenticator(BrokenCache(.ignoresEvidence)) { $0.revocationMode = .offline }
        authenticator.revocationEvidence = try stage.evidence([stage.root.revocationList()])
        let identity = try stage.root.issue("alice")
        let before = try await codes(authenticator, identity)
        XCTAssertEqual(before, ["success", "success"])
        authenticator.revocationEvidence = try stage.evidence([
            stage.root.revocationList(revoked: [identity], number: 2)
        ])
        let after = try await codes(authenticator, identity)
        XCTAssertEqual(after, ["revoked", "revoked"])
        XCTAssertGreaterThan(complaints("other revocation evidence"), 0)
    }

    func test_a_cache_that_keeps_the_contract_causes_no_complaint() async throws {
        let authenticator = try authenticator(LRUCertificateValidationCache())
        let good = try await codes(authenticator, stage.issuing.issue("alice"))
        XCTAssertEqual(good, ["success", "success"])
        let bad = try await codes(authenticator, stage.issuing.issue("bob", .expired))
        XCTAssertEqual(bad, ["expired", "expired"])
        XCTAssertEqual(complaints("cache"), 0)
    }

    func test_the_suite_passes_the_cache_in_memory() async throws {
        for capacity in [1, 32, 4_096] {
            let suite = ValidationCacheSuite(
                capacity: capacity == 4_096 ? nil : capacity,
                entryExpiration: .seconds(60)
            ) {
                LRUCertificateValidationCache(capacity: capacity, entryExpiration: .seconds(60))
            }
            let violations = try await suite.violations()
            XCTAssertEqual(violations, [], "\(capacity)")
        }
    }

    func test_the_suite_finds_what_is_wrong_with_each_broken_cache() async throws {
        let expected: [(BrokenCache.Fault, Set<String>)] = [
            (.filesByLeaf, ["whole-key"]), (.answersWithAny, ["whole-key"]),
            (.ignoresTime, ["ends-with-verdict", "not-before-made", "bounded-age"]),
            (.ignoresEvidence, ["same-evidence"]), (.keepsEverything, ["cacheable-alone"]),
            (.neverRemoves, ["removes"]), (.keepsNothing, ["keeps-verdicts", "validates-once", "refusals-apart"]),
            (.hasOneShare, ["refusals-apart"]),
        ]
        for (fault, rules) in expected {
            let suite = ValidationCacheSuite(capacity: 8, entryExpiration: .seconds(60)) { BrokenCache(fault) }
            let found = Set(try await suite.violations().map(\.rule))
            XCTAssertTrue(found.isSuperset(of: rules), "\(fault): \(found)")
            // All broken caches share the dictionary's defects.
            let common: Set<String> = ["bounded", "bounded-age", "removes"]
            XCTAssertEqual(found.subtracting(common), rules.subtracting(common), "\(fault)")
        }
    }
}

/// A cache over a dictionary, with one selected fault.
private final class BrokenCache: CertificateValidationCache {
    enum Fault {
        case filesByLeaf, answersWithAny, ignoresTime, ignoresEvidence, keepsEverything, neverRemoves, keepsNothing
        case hasOneShare
    }

    private let fault: Fault
    private let entries = Mutex<[(key: ValidationCacheKey, verdict: CachedVerdict)]>([])

    init(_ fault: Fault) { self.fault = fault }

    func cachedVerdict(for key: ValidationCacheKey, evidence: EvidenceGeneration, at now: Timestamp) -> CachedVerdict? {
        let found = entries.withLock { entries in
            switch fault {
            case .filesByLeaf: entries.last { $0.key.certificateDigests.first == key.certificateDigests.first }
            case .answersWithAny: entries.last
            default: entries.last { $0.key == key }
            }
        }
        guard let verdict = found?.verdict else { return nil }
        let isTimely = fault == .ignoresTime || verdict.holds(at: now)
        let isSameEvidence = fault == .ignoresEvidence || verdict.evidenceGeneration == evidence
        return isTimely && isSameEvidence ? verdict : nil
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        guard fault != .keepsNothing, verdict.isCacheable || fault == .keepsEverything else { return }
        entries.withLock { entries in
            entries.removeAll { $0.key == key }
            entries.append((key, verdict))
            if fault == .hasOneShare, entries.count > 8 { entries.removeFirst() }
        }
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        if let found = cachedVerdict(for: key, evidence: evidence, at: now) { return found }
        let fresh = await Task { await validate() }.value
        store(fresh, for: key, at: now)
        return fresh
    }

    func removeVerdicts(involving certificate: Certificate) -> Int { remove { $0.involves(certificate) } }
    func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int { remove { $0.involves(issuer: issuer) } }
    func removeAll() { _ = remove { _ in true } }

    private func remove(where matches: (CachedVerdict) -> Bool) -> Int {
        guard fault != .neverRemoves else { return 0 }
        return entries.withLock { entries in
            let before = entries.count
            entries.removeAll { matches($0.verdict) }
            return before - entries.count
        }
    }
}
