// SPDX-License-Identifier: Apache-2.0
// A statement that counts, with what is needed to fetch its successor.

/// One statement of a store.
struct HeldStatement: Sendable {
    let statement: FetchedStatement
    /// For whom it was fetched: its issuer's key checks a successor.
    let need: EvidenceNeed
    var fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
    /// How often fetching a successor has failed.
    var failures = 0
    /// Whether anybody has rested on it since it came.
    var isUsed = true

    func schedule(for key: EvidenceKey) -> RefreshSchedule {
        let fingerprint =
            switch statement {
            case .list(let list): list.fingerprint
            case .response(let response): response.fingerprint
            }
        return RefreshSchedule(
            fetchedAt: fetchedAt,
            end: statement.end,
            freshness: freshness,
            failures: failures,
            spread: fingerprint.bytes.first ?? 0
        )
    }
}
