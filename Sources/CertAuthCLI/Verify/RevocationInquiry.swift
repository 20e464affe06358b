// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Determines the statuses of certificates on a refused path, with the evidence that the engine used.
package struct RevocationInquiry: Sendable {
    private let evidence: RevocationEvidence
    private let context: ValidationContext

    package init(evidence: RevocationEvidence, context: ValidationContext) {
        self.evidence = evidence
        self.context = context
    }

    /// Returns a status for each certificate of an attempt that failed only at revocation. Returns nil for other
    /// attempts, because the engine did not look at evidence for them.
    package func statuses(of attempt: TriedPath) -> [RevocationStatus]? {
        let codes = Set(attempt.findings.map(\.code))
        guard attempt.endsAtAnchor, !codes.isEmpty, codes.isSubset(of: [.revoked, .revocationUnknown]) else {
            return nil
        }
        let path = CandidatePath(certificates: attempt.certificates)
        return RevocationCheck(evidence: evidence).statuses(of: path, in: context)
    }
}
