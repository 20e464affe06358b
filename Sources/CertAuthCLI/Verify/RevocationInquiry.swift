// SPDX-License-Identifier: Apache-2.0
// What the evidence says of the certificates of a path that was refused for it.

package import CertAuth

/// Asks the same evidence as the engine did.
package struct RevocationInquiry: Sendable {
    private let evidence: RevocationEvidence
    private let context: ValidationContext

    package init(evidence: RevocationEvidence, context: ValidationContext) {
        self.evidence = evidence
        self.context = context
    }

    /// One status for each certificate of an attempt that failed at revocation alone; nil for every other attempt,
    /// on which no evidence was looked at.
    package func statuses(of attempt: TriedPath) -> [RevocationStatus]? {
        let codes = Set(attempt.findings.map(\.code))
        guard attempt.endsAtAnchor, !codes.isEmpty, codes.isSubset(of: [.revoked, .revocationUnknown]) else {
            return nil
        }
        let path = CandidatePath(certificates: attempt.certificates)
        return RevocationCheck(evidence: evidence).statuses(of: path, in: context)
    }
}
