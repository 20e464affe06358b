// SPDX-License-Identifier: Apache-2.0
// Verdicts with what they rest on.

/// What was in force when a verdict was asked for, taken before it.
package struct VerdictBasis: Sendable {
    /// How many changes of the circumstances there were.
    let changes: Int
    /// How many of them were invalidations.
    let invalidations: Int
    let policy: PolicyFingerprint

    init(of authenticator: CertificateAuthenticator) {
        // First: a change that comes after it is noticed.
        changes = authenticator.circumstances.count
        invalidations = authenticator.circumstances.invalidationCount
        policy = authenticator.policyFingerprint
    }

    init(changes: Int, invalidations: Int, policy: PolicyFingerprint) {
        self.changes = changes
        self.invalidations = invalidations
        self.policy = policy
    }
}

/// A verdict with the generation of the evidence that it rests on; nil for a refusal before any evidence counted.
struct JudgedVerdict: Sendable {
    let verdict: ValidationVerdict
    let evidence: [UInt8]?
}

/// A verdict that a connection keeps.
package struct HeldVerdict: Sendable {
    let judged: JudgedVerdict
    let basis: VerdictBasis
}
