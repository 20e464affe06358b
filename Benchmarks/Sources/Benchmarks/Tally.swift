// SPDX-License-Identifier: Apache-2.0
// A sum that several threads add to.

import Synchronization

/// Adds up what threads report.
final class Tally: Sendable {
    private let sum = Atomic(0)

    /// 0, 1, 2, …, whoever asks.
    func next() -> Int { take(1) }

    /// So many numbers in a row, of which this is the first.
    func take(_ count: Int) -> Int { sum.add(count, ordering: .relaxed).oldValue }

    func add(_ number: Int) { sum.add(number, ordering: .relaxed) }

    var value: Int { sum.load(ordering: .relaxed) }
}
