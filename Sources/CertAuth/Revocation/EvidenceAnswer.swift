// SPDX-License-Identifier: Apache-2.0

/// The answer of all CRLs, or of all OCSP responses, about one certificate.
struct EvidenceAnswer: Sendable {
    /// The verdict of the usable statements.
    enum Verdict: Sendable {
        case good(RevocationStatus.Evidence)
        case revoked(at: Timestamp, reason: Int?, RevocationStatus.Evidence)
        case unknown
    }

    var verdict = Verdict.unknown
    /// Why statements were not used, in the order they were found.
    var causes: [RevocationStatus.Cause] = []
    /// The newest authentic statement that said good but has expired.
    var lastGood: RevocationStatus.Evidence?
    /// Whether the only available statements are signed by the certificate that they are about.
    var isCircular = false

    /// An answer that is unknown for this cause.
    static func unknown(_ cause: RevocationStatus.Cause) -> EvidenceAnswer {
        EvidenceAnswer(causes: [cause])
    }

    mutating func remember(_ evidence: RevocationStatus.Evidence) {
        guard let held = lastGood else {
            lastGood = evidence
            return
        }
        if evidence.thisUpdate > held.thisUpdate { lastGood = evidence }
    }
}

/// A status with what the policy for unknown statuses needs.
package struct RevocationFinding: Sendable {
    /// The status.
    package let status: RevocationStatus
    /// The newest statement that said good, even if it has expired.
    package let lastGood: RevocationStatus.Evidence?
    /// Whether the only available statements are signed by the certificate that they are about.
    var isCircular = false
    /// Whether no available statement is about the certificate.
    var isWithoutSource = false

    init(_ status: RevocationStatus, lastGood: RevocationStatus.Evidence? = nil) {
        self.status = status
        self.lastGood = lastGood
    }
}

extension RevocationFinding {
    /// The last moment at which a verdict may be based on this status; nil for no limit.
    package func end(in context: ValidationContext) -> Timestamp? {
        switch status {
        case .good(let evidence), .revoked(_, _, let evidence): evidence.end
        case .unknown(let cause): UnknownPolicy(context).end(cause, lastGood: lastGood)
        case .notChecked: nil
        }
    }
}
