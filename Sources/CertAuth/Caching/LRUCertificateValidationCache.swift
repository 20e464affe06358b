// SPDX-License-Identifier: Apache-2.0

/// An in-memory cache of verdicts, limited in entries, bytes and age. It removes the least recently used entries first.
///
/// Refusals have a capacity of their own, an eighth of that of acceptances, and never displace an acceptance. The
/// capacity is exact over all stripes. The order is exact within a stripe, and below 4,096 entries there is one stripe.
/// Lifetimes are absolute: use never extends them. An entry expires by the clock that certificates are validated by, or by
/// a monotonic clock, whichever is first. It is not used before the moment it was made for.
public final class LRUCertificateValidationCache: CertificateValidationCache {
    /// The maximum number of acceptances.
    package let capacity: Int
    /// The approximate maximum size of all acceptances in bytes.
    package let byteCapacity: Int
    /// The maximum age of an entry in seconds.
    package let entryLifetime: Int64

    /// Enough for an acceptance whose path of issuers no other client shares.
    private static let bytesForEntry = 32 * 1024

    private let stripes: [CacheStripe]
    private let counter = CacheStatisticsCounter()

    /// Creates an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: the maximum number of acceptances, at least 1. Refusals may be an eighth of it, at least 1.
    ///   - byteCapacity: the approximate maximum size of acceptances in bytes, and of refusals an eighth of it. Nil for
    ///     32 KiB for each entry. A typical acceptance takes 1 KiB, and its path of issuers 10 KiB for each issuer,
    ///     however many clients share it. An acceptance that exceeds the limit is not cached.
    ///   - entryExpiration: the maximum age of an entry in whole seconds, at least one second.
    public convenience init(capacity: Int = 1024, byteCapacity: Int? = nil, entryExpiration: Duration = .seconds(120)) {
        self.init(
            capacity: capacity,
            byteCapacity: byteCapacity,
            entryExpiration: entryExpiration,
            steadyNow: { ContinuousClock.now }
        )
    }

    /// - Parameter steadyNow: a monotonic clock by which entries also expire.
    package init(
        capacity: Int = 1024,
        byteCapacity: Int? = nil,
        entryExpiration: Duration = .seconds(120),
        steadyNow: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.capacity = max(1, capacity)
        self.byteCapacity = max(1, byteCapacity ?? self.capacity * Self.bytesForEntry)
        entryLifetime = max(1, entryExpiration.wholeSeconds)
        let stripeCount = self.capacity < 4096 ? 1 : 16
        let share = self.capacity / stripeCount
        let rest = self.capacity % stripeCount
        var bounds = CacheStripe.Bounds(
            capacity: share,
            byteCapacity: max(1, self.byteCapacity / stripeCount),
            entryLifetime: entryLifetime
        )
        let counter = counter
        stripes = (0..<stripeCount).map { index in
            bounds.capacity = share + (index < rest ? 1 : 0)
            return CacheStripe(bounds, statistics: counter, steadyNow: steadyNow)
        }
    }

    /// The number of entries, including refusals and expired entries.
    package var count: Int { stripes.reduce(0) { $0 + $1.count } }

    /// The approximate size of all entries in bytes.
    package var estimatedBytes: Int { stripes.reduce(0) { $0 + $1.estimatedBytes } }

    /// The numbers of hits, misses and evictions so far.
    package var statistics: CacheStatistics { counter.snapshot }

    /// The verdict stored for `key`, if it is valid at `now`. It becomes the most recently used.
    public func cachedVerdict(
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
        at now: Timestamp
    ) -> CachedVerdict? {
        stripe(of: key).cachedVerdict(for: key, evidence: generation, at: now)
    }

    /// Stores a verdict, if it is cacheable.
    public func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        stripe(of: key).store(verdict, for: key, at: now)
    }

    /// The stored verdict, or the result of one run of `validate` for all concurrent callers.
    public func verdict(
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        await stripe(of: key).verdict(for: key, evidence: generation, at: now, validate: validate)
    }

    /// Removes every verdict that involves this certificate. Returns their number. The work depends on that number, not
    /// on the number of entries.
    @discardableResult
    public func removeVerdicts(involving certificate: Certificate) -> Int {
        let tokens = [VerdictTokens.token(of: certificate), VerdictTokens.unclear]
        return stripes.reduce(0) { $0 + $1.remove(withAnyOf: tokens) { $0.involves(certificate) } }
    }

    /// Removes every verdict whose path contains a certificate issued under this name. Returns their number.
    @discardableResult
    public func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int {
        // A name that may be undecidable is compared with all others.
        let tokens = VerdictTokens.token(ofIssuer: issuer).map { [$0, VerdictTokens.unclear] }
        return stripes.reduce(0) { $0 + $1.remove(withAnyOf: tokens) { $0.involves(issuer: issuer) } }
    }

    /// Removes all verdicts.
    public func removeAll() {
        for stripe in stripes { stripe.removeAll() }
    }

    private func stripe(of key: ValidationCacheKey) -> CacheStripe {
        stripes[Int(key.spreadByte) % stripes.count]
    }
}
