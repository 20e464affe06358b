// SPDX-License-Identifier: Apache-2.0
// How a statement came.

/// When and how a statement came.
struct Arrival: Sendable {
    let fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
}
