// SPDX-License-Identifier: Apache-2.0

/// Computes when to fetch a statement again, so that no request has to wait for it. It reads no clock.
package struct RefreshSchedule: Sendable, Hashable {
    /// When the statement was fetched.
    package var fetchedAt: Timestamp
    /// When the statement expires; nil if it does not say.
    package var end: Timestamp?
    /// How many seconds the statement is fresh according to its server.
    package var freshness: Int64?
    /// The number of failed fetches since.
    package var failures = 0
    /// 0...255. It spreads the fetches of statements that were fetched together.
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

    /// The number of seconds after which a statement without end is fetched again.
    static let openEnded: Int64 = 225
    /// The minimum delay in seconds, whatever a server says.
    static let shortest: Int64 = 1
    /// The minimum delay in seconds by freshness, because a server may state a freshness of zero.
    static let leastFreshness: Int64 = 60

    /// The next moment to fetch: after three quarters of the statement's lifetime, or earlier if its server says so,
    /// and up to a tenth earlier by `spread`. Each failure moves it one step further.
    package var due: Timestamp {
        let life = end.map { max(0, $0.secondsSince1970 - fetchedAt.secondsSince1970) } ?? Self.openEnded * 4 / 3
        var delay = life / 4 * 3 + life % 4
        if let freshness { delay = min(delay, max(freshness, Self.leastFreshness)) }
        delay -= delay / 10 * Int64(spread) / 255
        guard failures > 0 else { return fetchedAt.adding(seconds: max(Self.shortest, delay)) }
        // Sixteen attempts over the remaining lifetime, but at most a minute apart.
        let step = max(Self.shortest, min(60, (life - delay) / 16))
        return fetchedAt.adding(seconds: max(Self.shortest, delay) + step * Int64(failures))
    }
}
