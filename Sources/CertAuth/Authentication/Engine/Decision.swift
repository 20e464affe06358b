// SPDX-License-Identifier: Apache-2.0

/// The core's answer for one presented chain, trust, options, evidence and time.
package struct Decision: Sendable {
    /// The verdict by the available evidence.
    package let verdict: ValidationVerdict
    /// The missing evidence that could change the verdict, because revocation statuses are unknown; empty for none.
    package let needs: [EvidenceNeed]

    init(_ verdict: ValidationVerdict, needs: [EvidenceNeed] = []) {
        self.verdict = verdict
        self.needs = needs
    }
}
