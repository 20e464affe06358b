// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A counter that several tasks increment.
public final class Counter: Sendable {
    private let count = Atomic(0)

    /// Creates a counter at zero.
    public init() {}

    /// The number of increments so far.
    public var value: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Increments the counter and returns the value before: 0, 1, 2, … in turn.
    @discardableResult
    public func increment() -> Int { count.add(1, ordering: .sequentiallyConsistent).oldValue }
}
