// SPDX-License-Identifier: Apache-2.0
// What one kind of source says about one certificate.

/// The answer of all CRLs, or of all OCSP responses, about one certificate.
struct EvidenceAnswer: Sendable {
    /// The verdict of the statements that count.
    enum Verdict: Sendable {
        case good(RevocationStatus.Evidence)
        case revoked(at: Timestamp, reason: Int?, RevocationStatus.Evidence)
        case unknown
    }

    var verdict = Verdict.unknown
    /// Why statements did not count, in the order found.
    var causes: [RevocationStatus.Cause] = []
    /// The newest authentic statement that says good but has run out of time.
    var lastGood: RevocationStatus.Evidence?
    /// True when the only statements at hand are signed by the certificate they are about.
    var isCircular = false

    /// Knows nothing, for this cause.
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

/// A status with what the policy for unknown ones has to know.
package struct RevocationFinding: Sendable {
    /// The status.
    package let status: RevocationStatus
    /// The newest statement that once said good.
    package let lastGood: RevocationStatus.Evidence?
    /// True when the only statements at hand are signed by the certificate they are about.
    var isCircular = false
    /// True when nothing at hand is about the certificate, good or bad.
    var isWithoutSource = false

    init(_ status: RevocationStatus, lastGood: RevocationStatus.Evidence? = nil) {
        self.status = status
        self.lastGood = lastGood
    }
}

extension RevocationFinding {
    /// The last moment at which a verdict may rest on this status; nil without end.
    package func end(in context: ValidationContext) -> Timestamp? {
        switch status {
        case .good(let evidence), .revoked(_, _, let evidence): evidence.end
        case .unknown(let cause): UnknownPolicy(context).end(cause, lastGood: lastGood)
        case .notChecked: nil
        }
    }
}
