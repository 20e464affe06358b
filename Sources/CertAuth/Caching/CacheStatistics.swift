// SPDX-License-Identifier: Apache-2.0
// How often the cache could answer.

internal import Synchronization

/// What a cache has counted since it was made.
public struct CacheStatistics: Sendable, Hashable {
    /// Questions answered from the cache.
    public let hits: Int
    /// Questions that had to be validated, or joined a validation under way.
    public let misses: Int
    /// Entries dropped because the cache was full.
    public let evictions: Int
}

/// Counts without a lock.
final class CacheStatisticsCounter: Sendable {
    private let hits = Atomic(0)
    private let misses = Atomic(0)
    private let evictions = Atomic(0)

    func count(isHit: Bool) {
        if isHit { hits.add(1, ordering: .relaxed) } else { misses.add(1, ordering: .relaxed) }
    }

    func count(evictions count: Int) { if count > 0 { evictions.add(count, ordering: .relaxed) } }

    var snapshot: CacheStatistics {
        CacheStatistics(
            hits: hits.load(ordering: .relaxed),
            misses: misses.load(ordering: .relaxed),
            evictions: evictions.load(ordering: .relaxed)
        )
    }
}
