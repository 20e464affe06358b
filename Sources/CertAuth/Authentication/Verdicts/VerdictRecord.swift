// SPDX-License-Identifier: Apache-2.0

/// A verdict with its basis, as requests and connections keep it.
package struct VerdictRecord: Sendable {
    package let verdict: ValidationVerdict
    /// False if evidence that can be fetched could change the verdict.
    package let isFinal: Bool
    /// The moment that the verdict was made for.
    let madeAt: Timestamp
    var basis: VerdictBasis
    /// The number of changes of the conditions that the basis includes.
    var changes: Int
    /// True if the application has revoked the certificate. `reinstate` reverses that, so the verdict is valid for one
    /// request.
    let isRevokedByApplication: Bool
    /// The hook decisions about the verdict, for `hookReuse` `.cached`.
    let hookDecisions: HookDecisions?

    init(
        _ verdict: ValidationVerdict,
        madeAt: Timestamp,
        basis: VerdictBasis,
        changes: Int,
        isFinal: Bool = true,
        isRevokedByApplication: Bool = false,
        hookDecisions: HookDecisions? = nil
    ) {
        self.verdict = verdict
        self.isFinal = isFinal
        self.madeAt = madeAt
        self.basis = basis
        self.changes = changes
        self.isRevokedByApplication = isRevokedByApplication
        self.hookDecisions = hookDecisions
    }

    /// Whether a later request of the connection may use the verdict.
    var isReusable: Bool { isFinal && verdict.isSettled && !isRevokedByApplication }

    /// The validated path; nil for a refusal.
    var path: ValidatedChain? { if case .accepted(let path) = verdict { path } else { nil } }

    /// Whether the verdict is valid at `now`, if its basis has not changed.
    func holds(at now: Timestamp) -> Bool {
        ValidationVerdict.holds(at: now, madeAt: madeAt, validUntil: verdict.validUntil)
    }
}
