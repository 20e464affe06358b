// SPDX-License-Identifier: Apache-2.0
// What the pure core says: a verdict, or a verdict for now and what it lacks.

/// The core's answer to one presented chain, trust, options, evidence and time.
package enum Decision: Sendable {
    /// No further evidence changes it.
    case final(ValidationVerdict)
    /// Statuses are unknown. `otherwise` is the verdict if nothing more comes.
    case needs([EvidenceNeed], otherwise: ValidationVerdict)

    init(_ verdict: ValidationVerdict, needs: [EvidenceNeed]) {
        self = needs.isEmpty ? .final(verdict) : .needs(needs, otherwise: verdict)
    }

    /// The verdict by the evidence at hand.
    package var verdict: ValidationVerdict {
        switch self {
        case .final(let verdict), .needs(_, let verdict): verdict
        }
    }

    /// What could change it.
    package var needs: [EvidenceNeed] {
        if case .needs(let needs, _) = self { needs } else { [] }
    }
}
