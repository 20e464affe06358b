// SPDX-License-Identifier: Apache-2.0

/// Caches inconclusive fetch results for a few seconds, so that an outage does not cause a fetch at every request.
struct InconclusiveFetchCache: Sendable {
    private struct Entry: Sendable {
        let outcome: FetchOutcome
        let since: Timestamp
        let until: Timestamp

        /// Also false more than a second before `since`: the clock was set back, and the entry would last too long.
        func isFresh(at now: Timestamp) -> Bool { now >= since.adding(seconds: -1) && now < until }
    }

    private var entries: [EvidenceKey: Entry] = [:]
    private let capacity: Int
    /// When this many entries are stored, expired ones are removed, because a result can be large.
    private var nextSweep = 64

    init(capacity: Int) { self.capacity = capacity }

    /// The cached result of `key`, if it is still fresh.
    func outcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        guard let entry = entries[key], entry.isFresh(at: now) else { return nil }
        return entry.outcome
    }

    /// Caches `outcome` until `moment`.
    mutating func remember(_ outcome: FetchOutcome, for key: EvidenceKey, until moment: Timestamp, at now: Timestamp) {
        if entries.count >= min(capacity, nextSweep) {
            entries = entries.filter { $0.value.isFresh(at: now) }
            nextSweep = max(64, 2 * entries.count)
        }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.until < $1.value.until }) {
            entries[oldest.key] = nil
        }
        entries[key] = Entry(outcome: outcome, since: now, until: moment)
    }

    /// Removes the result of `key`.
    mutating func forget(_ key: EvidenceKey) { entries[key] = nil }
}
