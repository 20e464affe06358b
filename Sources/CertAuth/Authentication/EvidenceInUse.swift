// SPDX-License-Identifier: Apache-2.0
// The revocation evidence that validations take up.

/// Evidence behind one reference, because each validation takes it up, and most need its generation alone.
final class EvidenceInUse: Sendable {
    let evidence: RevocationEvidence
    let generation: [UInt8]

    init(_ evidence: RevocationEvidence) {
        self.evidence = evidence
        generation = evidence.generation
    }
}
