// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A monotonic clock that advances only when a test advances it.
public final class SteadyTestClock: Sendable {
    private let start = ContinuousClock.now
    private let seconds = Atomic(0)

    /// Creates a clock at the current instant.
    public init() {}

    /// The current instant.
    public var now: ContinuousClock.Instant { start + .seconds(seconds.load(ordering: .relaxed)) }

    /// Advances the clock.
    public func advance(bySeconds count: Int) { seconds.add(count, ordering: .relaxed) }
}
