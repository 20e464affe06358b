// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The work left for one validation. It is counted over all its paths, so presenting many bad paths gains nothing.
package final class WorkBudget: Sendable {
    private let comparisons: Atomic<Int>

    package init(_ limits: ValidationLimits) { comparisons = Atomic(limits.nameComparisons) }

    /// Takes `count` comparisons of a name with a constraint. False if fewer are left.
    package func spendNameComparisons(_ count: Int) -> Bool {
        comparisons.subtract(count, ordering: .relaxed).newValue >= 0
    }
}
