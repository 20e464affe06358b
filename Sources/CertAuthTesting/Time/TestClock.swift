// SPDX-License-Identifier: Apache-2.0

public import CertAuth
import Synchronization

/// A clock for tests that changes only when it is set or advanced.
public final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// Creates a clock that shows `moment`.
    public init(_ moment: Timestamp = .now) { self.moment = Mutex(moment) }

    /// The time that the clock shows.
    public var now: Timestamp { moment.withLock { $0 } }

    /// Sets the clock, forward or backward.
    public func set(to moment: Timestamp) { self.moment.withLock { $0 = moment } }

    /// Moves the clock forward, or backward if negative.
    public func advance(by duration: Duration) { moment.withLock { $0 = $0.adding(duration) } }

    /// The clock in the form that options take.
    public var verificationClock: VerificationClock { VerificationClock { self.now } }
}
