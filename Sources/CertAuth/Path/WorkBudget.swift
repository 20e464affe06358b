// SPDX-License-Identifier: Apache-2.0
// What one validation may still spend.

internal import Synchronization

/// Work that is counted over all paths of one validation: whoever presents many bad paths pays for them together.
package final class WorkBudget: Sendable {
    private let comparisons: Atomic<Int>

    package init(_ limits: ValidationLimits) { comparisons = Atomic(limits.nameComparisons) }

    /// Takes `count` comparisons of a name with a constraint; false when there are not so many left.
    package func spendNameComparisons(_ count: Int) -> Bool {
        comparisons.subtract(count, ordering: .relaxed).newValue >= 0
    }
}
