// SPDX-License-Identifier: Apache-2.0
// What sources brought a moment ago, good or bad.

/// Remembers for seconds what did not settle anything, so that an outage is not asked about at every request.
struct RecentOutcomes: Sendable {
    private var entries: [EvidenceKey: (outcome: FetchOutcome, until: Timestamp)] = [:]
    private let capacity: Int
    /// How many entries there are when those that have ended are next looked for: statements can be large.
    private var nextSweep = 64

    init(capacity: Int) { self.capacity = capacity }

    /// What `key` brought, if that is still fresh.
    func outcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        guard let entry = entries[key], now < entry.until else { return nil }
        return entry.outcome
    }

    /// Remembers `outcome` until `moment`.
    mutating func remember(_ outcome: FetchOutcome, for key: EvidenceKey, until moment: Timestamp, at now: Timestamp) {
        if entries.count >= min(capacity, nextSweep) {
            entries = entries.filter { now < $0.value.until }
            nextSweep = max(64, 2 * entries.count)
        }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.until < $1.value.until }) {
            entries[oldest.key] = nil
        }
        entries[key] = (outcome, moment)
    }

    /// Forgets `key`.
    mutating func forget(_ key: EvidenceKey) { entries[key] = nil }
}
