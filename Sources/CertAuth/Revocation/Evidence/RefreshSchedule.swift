// SPDX-License-Identifier: Apache-2.0
// When to fetch a statement anew, so that no request has to wait for it.

/// Computes moments; reads no clock.
package struct RefreshSchedule: Sendable, Hashable {
    /// When the statement came.
    package var fetchedAt: Timestamp
    /// Until when it speaks; nil where it does not say.
    package var end: Timestamp?
    /// For how many seconds its server called it fresh.
    package var freshness: Int64?
    /// How often fetching has failed since.
    package var failures = 0
    /// 0...255, so that statements that came together are not asked for together.
    package var spread: UInt8

    package init(
        fetchedAt: Timestamp,
        end: Timestamp?,
        freshness: Int64? = nil,
        failures: Int = 0,
        spread: UInt8 = 0
    ) {
        self.fetchedAt = fetchedAt
        self.end = end
        self.freshness = freshness
        self.failures = failures
        self.spread = spread
    }

    /// What has no end is asked for again after so many seconds.
    static let openEnded: Int64 = 225
    /// Never more often than that, in seconds, whatever a server says.
    static let shortest: Int64 = 1
    /// A server may call an answer fresh for no time at all: then after so many seconds.
    static let leastFreshness: Int64 = 60

    /// The next moment to ask: after three quarters of the statement's life, sooner where its server says so, up to a
    /// tenth earlier by `spread`; after failures sooner and sooner before the end, later and later behind it.
    package var due: Timestamp {
        let life = end.map { max(0, $0.secondsSince1970 - fetchedAt.secondsSince1970) } ?? Self.openEnded * 4 / 3
        var delay = life / 4 * 3 + life % 4
        if let freshness { delay = min(delay, max(freshness, Self.leastFreshness)) }
        delay -= delay / 10 * Int64(spread) / 255
        guard failures > 0 else { return fetchedAt.adding(seconds: max(Self.shortest, delay)) }
        // Sixteen tries over what is left of its life, then every minute.
        let step = max(Self.shortest, min(60, (life - delay) / 16))
        return fetchedAt.adding(seconds: max(Self.shortest, delay) + step * Int64(failures))
    }
}
