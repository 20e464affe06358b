// SPDX-License-Identifier: Apache-2.0

/// What the log contains about a refused client besides the reason.
package struct RefusedClient: Sendable {
    let facts: ConnectionFacts
    /// The client's certificate as presented; nil if there is none.
    let leaf: [UInt8]?
    /// The TLS alert with which the connection ends; nil if none is sent.
    let alert: String?

    package init(facts: ConnectionFacts, leaf: [UInt8]?, alert: String? = nil) {
        self.facts = facts
        self.leaf = leaf
        self.alert = alert
    }
}
