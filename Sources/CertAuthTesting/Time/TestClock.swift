// SPDX-License-Identifier: Apache-2.0
// A clock that moves only when it is told to.

public import CertAuth
import Synchronization

/// A clock for tests: it stands still until it is set or advanced.
public final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// A clock that shows `moment`.
    public init(_ moment: Timestamp = .now) { self.moment = Mutex(moment) }

    /// What the clock shows.
    public var now: Timestamp { moment.withLock { $0 } }

    /// Sets the clock, forward or back.
    public func set(to moment: Timestamp) { self.moment.withLock { $0 = moment } }

    /// Moves the clock forward, or back when negative.
    public func advance(bySeconds seconds: Int64) { moment.withLock { $0 = $0.adding(seconds: seconds) } }

    /// The clock as options take it.
    public var verificationClock: VerificationClock { VerificationClock { self.now } }
}
