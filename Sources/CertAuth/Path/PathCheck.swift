// SPDX-License-Identifier: Apache-2.0

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
