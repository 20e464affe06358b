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

/// A verdict for one request, with everything that tells how long it may be kept.
struct JudgedVerdict: Sendable {
    let verdict: ValidationVerdict
    /// The generation of the evidence that it rests on; nil for a refusal before any evidence counted.
    var evidence: [UInt8]?
    /// The moment it was made for; nil likewise.
    var madeAt: Timestamp?
    /// What hooks decided about it, where that is kept.
    var decisions: HookDecisions?

    /// Whether it holds by itself at `moment`.
    func holds(at moment: Timestamp) -> Bool {
        madeAt.map { verdict.holds(at: moment, madeAt: $0) } ?? verdict.holds(at: moment)
    }
}

extension JudgedVerdict {
    init(_ found: CachedVerdict) {
        self.init(
            verdict: found.verdict,
            evidence: found.evidenceGeneration,
            madeAt: found.madeAt,
            decisions: found.decisions
        )
    }
}

/// A verdict that a connection keeps.
package struct HeldVerdict: Sendable {
    let judged: JudgedVerdict
    let basis: VerdictBasis
}
