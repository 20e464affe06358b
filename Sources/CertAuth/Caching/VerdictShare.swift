// SPDX-License-Identifier: Apache-2.0

/// The acceptances or the refusals of a stripe, limited in number and bytes. The least recently used are removed first.
struct VerdictShare: Sendable {
    /// A verdict and its two ends. The first one reached applies.
    struct Entry: Sendable {
        let verdict: CachedVerdict
        /// By the clock that certificates are judged by. It can be set.
        let expiration: Timestamp
        /// By a monotonic clock.
        let end: ContinuousClock.Instant
        let bytes: Int
        let tokens: VerdictTokens
    }

    private let capacity: Int
    private let byteCapacity: Int
    private var entries: LeastRecentlyUsed<ValidationCacheKey, Entry>
    private var keysByToken: [UInt64: Set<ValidationCacheKey>] = [:]
    private(set) var bytes = 0

    init(capacity: Int, byteCapacity: Int) {
        self.capacity = capacity
        self.byteCapacity = byteCapacity
        entries = LeastRecentlyUsed(capacity: capacity)
    }

    var count: Int { entries.count }

    /// An empty share with the same limits.
    var emptied: VerdictShare { VerdictShare(capacity: capacity, byteCapacity: byteCapacity) }

    /// The entry for `key`, which becomes the most recently used.
    mutating func entry(for key: ValidationCacheKey) -> Entry? { entries.value(for: key) }

    @discardableResult
    mutating func remove(_ key: ValidationCacheKey) -> Entry? {
        guard let removed = entries.remove(key) else { return nil }
        forget(removed, for: key)
        return removed
    }

    /// Stores an entry unless it is larger than the whole share.
    ///
    /// - Returns: the number of entries that were removed to make room.
    mutating func insert(_ entry: Entry, for key: ValidationCacheKey) -> Int {
        remove(key)
        guard entry.bytes <= byteCapacity else { return 0 }
        var dropped = 0
        if let oldest = entries.insert(entry, for: key) {
            forget(oldest.value, for: oldest.key)
            dropped += 1
        }
        bytes += entry.bytes
        for token in entry.tokens.values { keysByToken[token, default: []].insert(key) }
        while bytes > byteCapacity, let oldest = entries.removeOldest() {
            forget(oldest.value, for: oldest.key)
            dropped += 1
        }
        return dropped
    }

    /// Removes the entries with one of the tokens that `matches`. Returns them.
    ///
    /// - Parameter tokens: nil for all entries.
    mutating func remove(withAnyOf tokens: [UInt64]?, where matches: (CachedVerdict) -> Bool) -> [Entry] {
        var candidates: Set<ValidationCacheKey> = tokens == nil ? Set(entries.keys) : []
        for token in tokens ?? [] { candidates.formUnion(keysByToken[token] ?? []) }
        return candidates.compactMap { key -> Entry? in
            VisitCounter.add(1)
            guard let entry = entries.unusedValue(for: key), matches(entry.verdict) else { return nil }
            return remove(key)
        }
    }

    private mutating func forget(_ entry: Entry, for key: ValidationCacheKey) {
        bytes -= entry.bytes
        for token in entry.tokens.values {
            keysByToken[token]?.remove(key)
            if keysByToken[token]?.isEmpty ?? false { keysByToken[token] = nil }
        }
    }
}
