// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The counters of a cache since it was created.
package struct CacheStatistics: Sendable, Hashable {
    /// Lookups answered from the cache.
    package let hits: Int
    /// Lookups that started a validation or joined a running one.
    package let misses: Int
    /// Entries removed because the cache was full.
    package let evictions: Int
}

/// Counts without locks.
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
