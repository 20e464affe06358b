// SPDX-License-Identifier: Apache-2.0
// The shape of a check: a small value that enforces one rule on one path.

/// What checks may look at besides the path.
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

/// One rule that a candidate path must satisfy. Checks only refuse; none can make a path good.
package protocol PathCheck: Sendable {
    /// Throws the first violation on `path`, leaf first.
    func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding)
}
