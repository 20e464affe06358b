// SPDX-License-Identifier: Apache-2.0

public import CertAuth
import Synchronization

/// Checks whether a cache fulfils the contract of `CertificateValidationCache`, for the tests of an implementation.
///
/// ```swift
/// let suite = ValidationCacheSuite(capacity: 32) { MyCache(capacity: 32) }
/// XCTAssertEqual(try await suite.violations(), [])
/// ```
public struct ValidationCacheSuite: Sendable {
    /// A rule that a cache violates.
    public struct Violation: Sendable, Hashable, CustomStringConvertible {
        /// The rule, as a stable kebab-case identifier.
        public let rule: String
        /// What the cache did.
        public let found: String

        /// `rule: found`
        public var description: String { "\(rule): \(found)" }
    }

    let makeCache: @Sendable () -> any CertificateValidationCache
    let capacity: Int?
    let entryLifetime: Int64?

    /// - Parameters:
    ///   - capacity: the maximum number of acceptances in the cache; nil skips the checks of its bounds.
    ///   - entryExpiration: the maximum age of an entry, in whole seconds; nil skips the check of its age.
    ///   - makeCache: creates an empty cache; each check uses its own.
    public init(
        capacity: Int? = nil,
        entryExpiration: Duration? = nil,
        makeCache: @escaping @Sendable () -> any CertificateValidationCache
    ) {
        self.makeCache = makeCache
        self.capacity = capacity
        entryLifetime = entryExpiration?.wholeSeconds
    }

    /// Runs all checks.
    ///
    /// - Returns: the violated rules; empty for a correct cache.
    /// - Throws: an error if no certificate can be created.
    public func violations() async throws -> [Violation] {
        let verdicts = try SampleVerdicts()
        var found: [Violation] = []
        found += try keys(verdicts)
        found += try times(verdicts)
        found += try kinds(verdicts)
        found += try removals(verdicts)
        found += try bounds(verdicts)
        found += try await flights(verdicts)
        return found
    }

    private func keys(_ verdicts: SampleVerdicts) throws -> [Violation] {
        let cache = makeCache()
        let stored = try verdicts.acceptance(verdicts.chain)
        cache.store(stored, for: stored.key, at: verdicts.now)
        guard cache.cachedVerdict(for: stored.key, evidence: .numbered(1), at: verdicts.now)?.key == stored.key else {
            return [Violation(rule: "keeps-verdicts", found: "no answer for a verdict that was just stored")]
        }
        var found: [Violation] = []
        for (name, key) in try verdicts.otherKeys where cache.hasAnswer(for: key, at: verdicts.now) {
            found.append(Violation(rule: "whole-key", found: "the verdict of another \(name)"))
        }
        if cache.hasAnswer(for: stored.key, evidence: .numbered(2), at: verdicts.now) {
            found.append(Violation(rule: "same-evidence", found: "a verdict based on other revocation evidence"))
        }
        return found
    }

    private func times(_ verdicts: SampleVerdicts) throws -> [Violation] {
        var found: [Violation] = []
        let now = verdicts.now
        let ending = try verdicts.acceptance(verdicts.chain, until: now.adding(seconds: 10))
        var cache = makeCache()
        cache.store(ending, for: ending.key, at: now)
        if cache.hasAnswer(for: ending.key, at: now.adding(seconds: 11)) {
            found.append(Violation(rule: "ends-with-verdict", found: "a verdict that has expired"))
        }
        cache = makeCache()
        let later = try verdicts.acceptance(verdicts.chain, madeAt: now.adding(seconds: 3_600))
        cache.store(later, for: later.key, at: later.madeAt)
        if cache.hasAnswer(for: later.key, at: now) {
            found.append(Violation(rule: "not-before-made", found: "a verdict that was made an hour in the future"))
        }
        guard let entryLifetime else { return found }
        cache = makeCache()
        let lasting = try verdicts.acceptance(verdicts.chain)
        cache.store(lasting, for: lasting.key, at: now)
        // Repeated use must not extend the entry's life.
        for second in stride(from: 0, through: entryLifetime, by: max(1, Int(entryLifetime) / 8)) {
            _ = cache.hasAnswer(for: lasting.key, at: now.adding(seconds: second))
        }
        if cache.hasAnswer(for: lasting.key, at: now.adding(seconds: entryLifetime + 1)) {
            found.append(Violation(rule: "bounded-age", found: "a verdict older than \(entryLifetime) s"))
        }
        return found
    }

    private func kinds(_ verdicts: SampleVerdicts) throws -> [Violation] {
        let kinds = [
            ("a refusal with an unknown revocation status", try verdicts.refusal(verdicts.chain, .revocationUnknown)),
            ("a refusal by an internal error", try verdicts.refusal(verdicts.chain, .internalError)),
            ("a refusal before a verified signature", try verdicts.refusal(verdicts.chain, isSigned: false)),
            (
                "an acceptance with an unknown revocation status",
                try verdicts.acceptance(verdicts.chain, isRevocationKnown: false)
            ),
        ]
        return kinds.compactMap { name, verdict in
            let cache = makeCache()
            cache.store(verdict, for: verdict.key, at: verdicts.now)
            guard cache.hasAnswer(for: verdict.key, at: verdicts.now) else { return nil }
            return Violation(rule: "cacheable-alone", found: "kept \(name)")
        }
    }

    private func removals(_ verdicts: SampleVerdicts) throws -> [Violation] {
        let leaf = try verdicts.alice.certificate
        let anchor = try verdicts.root.certificate
        let removals: [(String, @Sendable (any CertificateValidationCache) -> Void)] = [
            ("removeVerdicts(involving:) of the leaf", { $0.removeVerdicts(involving: leaf) }),
            ("removeVerdicts(involving:) of the anchor", { $0.removeVerdicts(involving: anchor) }),
            ("removeVerdicts(issuedBy:)", { $0.removeVerdicts(issuedBy: anchor.subject) }),
            ("removeAll()", { $0.removeAll() }),
        ]
        let stored = [try verdicts.acceptance(verdicts.chain), try verdicts.tracedRefusal(verdicts.chain)]
        return removals.flatMap { name, remove in
            stored.compactMap { verdict in
                let cache = makeCache()
                cache.store(verdict, for: verdict.key, at: verdicts.now)
                remove(cache)
                guard cache.hasAnswer(for: verdict.key, at: verdicts.now) else { return nil }
                let kind = verdict.isRefusal ? "a refusal" : "an acceptance"
                return Violation(rule: "removes", found: "\(kind) after \(name)")
            }
        }
    }

    private func bounds(_ verdicts: SampleVerdicts) throws -> [Violation] {
        guard let capacity else { return [] }
        var found: [Violation] = []
        let cache = makeCache()
        let kept = try (0..<capacity).map { try verdicts.acceptance(verdicts.numbered($0)) }
        for verdict in kept { cache.store(verdict, for: verdict.key, at: verdicts.now) }
        for number in 0..<4 * capacity {
            let refusal = try verdicts.refusal(verdicts.numbered(1_000_000 + number))
            cache.store(refusal, for: refusal.key, at: verdicts.now)
        }
        let left = kept.count { cache.hasAnswer(for: $0.key, at: verdicts.now) }
        if left < capacity {
            let text = "\(capacity - left) of \(capacity) acceptances removed by \(4 * capacity) refusals"
            found.append(Violation(rule: "refusals-apart", found: text))
        }
        let all = try (0..<4 * capacity).map { try verdicts.acceptance(verdicts.numbered(2_000_000 + $0)) }
        for verdict in all { cache.store(verdict, for: verdict.key, at: verdicts.now) }
        let many = (kept + all).count { cache.hasAnswer(for: $0.key, at: verdicts.now) }
        if many > capacity {
            found.append(Violation(rule: "bounded", found: "kept \(many) acceptances, expected at most \(capacity)"))
        }
        return found
    }
}

extension CertificateValidationCache {
    func hasAnswer(for key: ValidationCacheKey, evidence: EvidenceGeneration = .numbered(1), at now: Timestamp) -> Bool
    {
        cachedVerdict(for: key, evidence: evidence, at: now) != nil
    }
}
