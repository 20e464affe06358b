// SPDX-License-Identifier: Apache-2.0
// The validation cache in memory.

/// Remembers verdicts up to a number of entries and an age, dropping the least recently used first.
///
/// The capacity is exact over all; the order is exact within a stripe, and there is one stripe below 4,096 entries.
/// Lives are absolute: using an entry never extends its life.
public final class LRUCertificateValidationCache: CertificateValidationCache {
    /// The most entries.
    public let capacity: Int
    /// How long an entry lives at most, in seconds.
    public let entryExpiration: Int64

    private let stripes: [CacheStripe]
    private let counter = CacheStatisticsCounter()

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: entries, at least 1.
    ///   - entryExpiration: seconds, at least 1.
    public init(capacity: Int = 1024, entryExpiration: Int64 = 120) {
        self.capacity = max(1, capacity)
        self.entryExpiration = max(1, entryExpiration)
        let stripeCount = self.capacity < 4096 ? 1 : 16
        let share = self.capacity / stripeCount
        let rest = self.capacity % stripeCount
        let lifetime = self.entryExpiration
        let counter = counter
        stripes = (0..<stripeCount).map { index in
            CacheStripe(capacity: share + (index < rest ? 1 : 0), entryLifetime: lifetime, statistics: counter)
        }
    }

    /// How many entries there are, expired ones that nobody asked for included.
    public var count: Int { stripes.reduce(0) { $0 + $1.count } }

    /// Hits, misses and evictions so far.
    public var statistics: CacheStatistics { counter.snapshot }

    /// The verdict remembered for `key`, if it holds at `now`; it becomes the most recently used.
    public func cachedVerdict(
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        at now: Timestamp
    ) -> CachedVerdict? {
        stripe(of: key).cachedVerdict(for: key, evidence: generation, at: now)
    }

    /// Remembers a verdict, if it may be remembered.
    public func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        stripe(of: key).store(verdict, for: key, at: now)
    }

    /// The remembered verdict, or that of one run of `validate` for all who ask meanwhile.
    public func verdict(
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        await stripe(of: key).verdict(for: key, evidence: generation, at: now, validate: validate)
    }

    /// Forgets every verdict that this certificate is part of; returns how many. Linear in the number of entries.
    @discardableResult
    public func removeVerdicts(involving certificate: Certificate) -> Int {
        let digest = certificate.sha256Thumbprint.bytes
        return removeAll { key, verdict in
            key.certificateDigests.contains(digest) || verdict.certificates.contains(certificate)
        }
    }

    /// Forgets every verdict whose path has a certificate issued by this name; returns how many.
    @discardableResult
    public func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int {
        removeAll { _, verdict in verdict.certificates.contains { $0.issuer.matches(issuer) } }
    }

    /// Forgets everything.
    public func removeAll() {
        _ = removeAll { _, _ in true }
    }

    private func removeAll(where matches: @Sendable (ValidationCacheKey, CachedVerdict) -> Bool) -> Int {
        stripes.reduce(0) { $0 + $1.removeAll(where: matches) }
    }

    private func stripe(of key: ValidationCacheKey) -> CacheStripe {
        stripes[Int(key.spreadByte) % stripes.count]
    }
}
