// SPDX-License-Identifier: Apache-2.0

/// The core's answer for one presented chain, trust, options, evidence and time.
package enum Decision: Sendable {
    /// Further evidence cannot change the verdict.
    case final(ValidationVerdict)
    /// Revocation statuses are unknown. `otherwise` is the verdict if no further evidence is found.
    case needs([EvidenceNeed], otherwise: ValidationVerdict)

    init(_ verdict: ValidationVerdict, needs: [EvidenceNeed]) {
        self = needs.isEmpty ? .final(verdict) : .needs(needs, otherwise: verdict)
    }

    /// The verdict by the available evidence.
    package var verdict: ValidationVerdict {
        switch self {
        case .final(let verdict), .needs(_, let verdict): verdict
        }
    }

    /// The missing evidence that could change the verdict.
    package var needs: [EvidenceNeed] {
        if case .needs(let needs, _) = self { needs } else { [] }
    }
}
