// SPDX-License-Identifier: Apache-2.0
// The shape of a check: a small value that enforces one rule on one path.

/// What checks may look at besides the path.
package struct ValidationContext: Sendable {
    package let options: CertificateAuthenticationOptions
    package let now: Timestamp

    package init(options: CertificateAuthenticationOptions, now: Timestamp) {
        self.options = options
        self.now = now
    }
}

/// One rule that a candidate path must satisfy. Checks only refuse; none can make a path good.
package protocol PathCheck: Sendable {
    /// Throws the first violation on `path`, leaf first.
    func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding)
}
