// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The context of a check: everything it may use besides the path.
package struct ValidationContext: Sendable {
    package let options: CertificateAuthenticationOptions
    package let now: Timestamp
    /// Shared by all paths that are checked in this context.
    package let work: WorkBudget

    package init(options: CertificateAuthenticationOptions, now: Timestamp) {
        self.options = options
        self.now = now
        work = WorkBudget(options.limits)
    }
}

/// One rule that a candidate path must satisfy. A check can only refuse a path, never accept one.
package protocol PathCheck: Sendable {
    /// Checks `path`, which starts with the end-entity certificate.
    /// - Throws: the first violation.
    func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding)
}

/// The work left for one validation. It is counted over all its paths, so presenting many bad paths gains nothing.
package final class WorkBudget: Sendable {
    private let comparisons: Atomic<Int>

    package init(_ limits: ValidationLimits) { comparisons = Atomic(limits.nameComparisons) }

    /// Takes `count` comparisons of a name with a constraint. False if fewer are left.
    package func spendNameComparisons(_ count: Int) -> Bool {
        comparisons.subtract(count, ordering: .relaxed).newValue >= 0
    }
}
