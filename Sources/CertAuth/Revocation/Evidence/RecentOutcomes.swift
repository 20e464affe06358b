// SPDX-License-Identifier: Apache-2.0
// What sources brought a moment ago, good or bad.

/// Remembers for seconds what did not settle anything, so that an outage is not asked about at every request.
struct RecentOutcomes: Sendable {
    private struct Entry: Sendable {
        let outcome: FetchOutcome
        let since: Timestamp
        let until: Timestamp

        /// Not before the outcome came, either: the clock was ahead then, and its memory would last for as long.
        func isFresh(at now: Timestamp) -> Bool { now >= since.adding(seconds: -1) && now < until }
    }

    private var entries: [EvidenceKey: Entry] = [:]
    private let capacity: Int
    /// How many entries there are when those that have ended are next looked for: statements can be large.
    private var nextSweep = 64

    init(capacity: Int) { self.capacity = capacity }

    /// What `key` brought, if that is still fresh.
    func outcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        guard let entry = entries[key], entry.isFresh(at: now) else { return nil }
        return entry.outcome
    }

    /// Remembers `outcome` until `moment`.
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

    /// Forgets `key`.
    mutating func forget(_ key: EvidenceKey) { entries[key] = nil }
}
