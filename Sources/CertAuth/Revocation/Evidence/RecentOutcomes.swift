// SPDX-License-Identifier: Apache-2.0
// What sources brought a moment ago, good or bad.

/// A statement that was fetched.
enum FetchedStatement: Sendable {
    case list(CertificateRevocationList)
    case response(OCSPResponse)

    /// Until when it speaks, by its own words.
    var end: Timestamp? {
        switch self {
        case .list(let list): list.nextUpdate
        case .response(let response): response.entries.compactMap(\.nextUpdate).min()
        }
    }

    /// The statement as evidence.
    var evidence: RevocationEvidence {
        switch self {
        case .list(let list): RevocationEvidence(revocationLists: [list])
        case .response(let response): RevocationEvidence(revocationLists: [], ocspResponses: [response])
        }
    }
}

/// What asking one source has come to.
enum FetchOutcome: Sendable {
    case statement(FetchedStatement)
    case failure(RevocationSourceFailure)

    /// Until when it may be remembered: for `seconds`, but no longer than a statement speaks that spoke when it came.
    func end(ofMemoryOf seconds: Int64, from now: Timestamp) -> Timestamp {
        let limit = now.adding(seconds: seconds)
        guard case .statement(let statement) = self, let end = statement.end, end >= now else { return limit }
        return min(limit, end)
    }
}

/// Remembers for seconds what did not settle anything, so that an outage is not asked about at every request.
struct RecentOutcomes: Sendable {
    private var entries: [EvidenceKey: (outcome: FetchOutcome, until: Timestamp)] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// What `key` brought, if that is still fresh.
    func outcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        guard let entry = entries[key], now < entry.until else { return nil }
        return entry.outcome
    }

    /// Remembers `outcome` until `moment`.
    mutating func remember(_ outcome: FetchOutcome, for key: EvidenceKey, until moment: Timestamp, at now: Timestamp) {
        if entries.count >= capacity { entries = entries.filter { now < $0.value.until } }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.until < $1.value.until }) {
            entries[oldest.key] = nil
        }
        entries[key] = (outcome, moment)
    }

    /// Forgets `key`.
    mutating func forget(_ key: EvidenceKey) { entries[key] = nil }
}
