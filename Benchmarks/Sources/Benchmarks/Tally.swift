// SPDX-License-Identifier: Apache-2.0
// A sum to which several threads add.

import Synchronization

/// Adds numbers that threads report.
final class Tally: Sendable {
    private let sum = Atomic(0)

    /// 0, 1, 2, and so on over all threads.
    func next() -> Int { take(1) }

    /// Reserves `count` consecutive numbers; returns the first.
    func take(_ count: Int) -> Int { sum.add(count, ordering: .relaxed).oldValue }

    func add(_ number: Int) { sum.add(number, ordering: .relaxed) }

    var value: Int { sum.load(ordering: .relaxed) }
}
