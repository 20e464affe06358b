// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging
import NIOCore

/// Logs when a listener has reached its limit of connections, and when that is over; confined to the event loop of the
/// listening channel.
///
/// It is over when no client met the limit for ten seconds, so at most two lines are written in that time.
struct FullListenerReport {
    /// How long no client may have met the limit until it is over.
    static let calm = TimeAmount.seconds(10)

    private let limit: Int
    private let whenFull: FullListenerAction
    private let logger: Logger
    private var lastMet: NIODeadline?
    private var refusedCount = 0

    init(limit: Int, whenFull: FullListenerAction, logger: Logger) {
        self.limit = limit
        self.whenFull = whenFull
        self.logger = logger
    }

    /// A client was refused, or the listener has stopped accepting.
    ///
    /// - Returns: whether `endIfCalm` must be called, after the time `calm`.
    mutating func limitWasMet(at now: NIODeadline) -> Bool {
        let isFirst = lastMet == nil
        lastMet = now
        if whenFull == .refuse { refusedCount += 1 }
        guard isFirst else { return false }
        let consequence = whenFull == .refuse ? "are refused" : "wait"
        logger.warning(
            """
            \(limit) connections are open, which is the limit: further clients \(consequence); raise limits.connections \
            (certauth serve --connections) if they are legitimate
            """,
            metadata: LogMetadata(.code, Self.code).values
        )
        return true
    }

    /// - Parameter isFull: whether the limit is reached now.
    /// - Returns: the time after which this must be called again; nil if it is over.
    mutating func endIfCalm(isFull: Bool, at now: NIODeadline) -> TimeAmount? {
        guard let lastMet else { return nil }
        if whenFull == .wait, isFull { return Self.calm }
        guard now >= lastMet + Self.calm else { return lastMet + Self.calm - now }
        let refused = whenFull == .refuse ? "; \(refusedCount) clients were refused meanwhile" : ""
        logger.notice(
            "the limit of \(limit) connections is not reached any more\(refused)",
            metadata: LogMetadata(.code, Self.code).values
        )
        self.lastMet = nil
        refusedCount = 0
        return nil
    }

    /// A stable word for logs and metrics.
    static let code = ProtocolCode.connectionLimit.rawValue
}
