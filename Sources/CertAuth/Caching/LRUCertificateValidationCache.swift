// SPDX-License-Identifier: Apache-2.0
// The validation cache in memory.

/// Keeps verdicts up to a number of entries, a number of bytes and an age; drops the least recently used first.
///
/// Refusals have a share of their own, an eighth beside the acceptances, and never displace an acceptance. The capacity
/// is exact over all stripes; the order is exact within a stripe, and there is one stripe below 4,096 entries. Lives are
/// absolute: using an entry never extends its life. An entry ends by the clock that certificates are judged by, or by a
/// clock that can't be set, whichever is first, and is not used before the moment it was made for.
public final class LRUCertificateValidationCache: CertificateValidationCache {
    /// The most acceptances.
    package let capacity: Int
    /// About the most bytes that acceptances may take.
    package let byteCapacity: Int
    /// How long an entry lives at most, in seconds.
    package let entryExpiration: Int64

    /// Twice what the acceptance of a client takes whose certificate has 2 KiB and ten extensions.
    private static let bytesForEntry = 32 * 1024

    private let stripes: [CacheStripe]
    private let counter = CacheStatisticsCounter()

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: acceptances, at least 1; refusals may be an eighth of it, at least 1.
    ///   - byteCapacity: about how many bytes acceptances may take, and refusals an eighth of it; nil for 32 KiB for each
    ///     entry, twice what a usual client takes. A client whose certificate takes more than all of it is not cached.
    ///   - entryExpiration: seconds, at least 1.
    public convenience init(capacity: Int = 1024, byteCapacity: Int? = nil, entryExpiration: Int64 = 120) {
        self.init(
            capacity: capacity,
            byteCapacity: byteCapacity,
            entryExpiration: entryExpiration,
            steadyNow: { ContinuousClock.now }
        )
    }

    /// - Parameter steadyNow: a clock that can't be set; entries end by it too.
    package init(
        capacity: Int = 1024,
        byteCapacity: Int? = nil,
        entryExpiration: Int64 = 120,
        steadyNow: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.capacity = max(1, capacity)
        self.byteCapacity = max(1, byteCapacity ?? self.capacity * Self.bytesForEntry)
        self.entryExpiration = max(1, entryExpiration)
        let stripeCount = self.capacity < 4096 ? 1 : 16
        let share = self.capacity / stripeCount
        let rest = self.capacity % stripeCount
        var bounds = CacheStripe.Bounds(
            capacity: share,
            byteCapacity: max(1, self.byteCapacity / stripeCount),
            entryLifetime: self.entryExpiration
        )
        let counter = counter
        stripes = (0..<stripeCount).map { index in
            bounds.capacity = share + (index < rest ? 1 : 0)
            return CacheStripe(bounds, statistics: counter, steadyNow: steadyNow)
        }
    }

    /// How many entries there are, refusals and expired ones included.
    public var count: Int { stripes.reduce(0) { $0 + $1.count } }

    /// About how many bytes the entries take.
    package var estimatedBytes: Int { stripes.reduce(0) { $0 + $1.estimatedBytes } }

    /// Hits, misses and evictions so far.
    public var statistics: CacheStatistics { counter.snapshot }

    /// The verdict remembered for `key`, if it holds at `now`; it becomes the most recently used.
    public func cachedVerdict(
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
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
        evidence generation: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        await stripe(of: key).verdict(for: key, evidence: generation, at: now, validate: validate)
    }

    /// Forgets every verdict that this certificate is part of; returns how many. Linear in the number of entries.
    @discardableResult
    public func removeVerdicts(involving certificate: Certificate) -> Int {
        removeAll { $0.involves(certificate) }
    }

    /// Forgets every verdict whose path has a certificate issued by this name; returns how many.
    @discardableResult
    public func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int {
        removeAll { $0.involves(issuer: issuer) }
    }

    /// Forgets everything.
    public func removeAll() {
        _ = removeAll { _ in true }
    }

    private func removeAll(where matches: @Sendable (CachedVerdict) -> Bool) -> Int {
        stripes.reduce(0) { $0 + $1.removeAll(where: matches) }
    }

    private func stripe(of key: ValidationCacheKey) -> CacheStripe {
        stripes[Int(key.spreadByte) % stripes.count]
    }
}
