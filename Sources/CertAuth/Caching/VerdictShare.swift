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
    }

    private var entries: LeastRecentlyUsed<ValidationCacheKey, Entry>
    private let byteCapacity: Int
    private(set) var bytes = 0

    init(capacity: Int, byteCapacity: Int) {
        entries = LeastRecentlyUsed(capacity: capacity)
        self.byteCapacity = byteCapacity
    }

    var count: Int { entries.count }

    /// The entry for `key`, which becomes the most recently used.
    mutating func entry(for key: ValidationCacheKey) -> Entry? { entries.value(for: key) }

    mutating func remove(_ key: ValidationCacheKey) {
        if let removed = entries.remove(key) { bytes -= removed.bytes }
    }

    /// Stores an entry unless it is larger than the whole share.
    ///
    /// - Returns: the number of entries that were removed to make room.
    mutating func insert(_ entry: Entry, for key: ValidationCacheKey) -> Int {
        remove(key)
        guard entry.bytes <= byteCapacity else { return 0 }
        var dropped = 0
        if let oldest = entries.insert(entry, for: key) {
            bytes -= oldest.value.bytes
            dropped += 1
        }
        bytes += entry.bytes
        while bytes > byteCapacity, let oldest = entries.removeOldest() {
            bytes -= oldest.value.bytes
            dropped += 1
        }
        return dropped
    }

    /// Removes every entry that `matches`. Returns their number.
    mutating func removeAll(where matches: (CachedVerdict) -> Bool) -> Int {
        var freed = 0
        let count = entries.removeAll { _, entry in
            guard matches(entry.verdict) else { return false }
            freed += entry.bytes
            return true
        }
        bytes -= freed
        return count
    }
}
