// SPDX-License-Identifier: Apache-2.0

/// When a statement was fetched, and its HTTP metadata.
struct Arrival: Sendable {
    let fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
}
