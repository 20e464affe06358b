// SPDX-License-Identifier: Apache-2.0
// Everything that a decision may look at.

/// What the operator gave and what was fetched, as one.
struct EvidenceInForce: Sendable {
    let given: RevocationEvidence
    let held: HeldEvidence?

    /// What verdicts are bound to. A response about one client leaves the verdicts on others as they are.
    var generation: EvidenceGeneration {
        guard let held else { return given.generation }
        return given.generation.joined(with: held.common.generation, held.responses.map(\.fingerprint.bytes))
    }

    /// All of it, and what fetching has brought for one decision alone.
    func evidence(adding outcomes: [FetchOutcome] = []) -> RevocationEvidence {
        guard !outcomes.isEmpty || held.map({ !$0.isEmpty }) ?? false else { return given }
        var lists = given.revocationLists + (held?.common.revocationLists ?? [])
        var responses = given.ocspResponses + (held?.common.ocspResponses ?? []) + (held?.responses ?? [])
        var failures = given.failures
        for outcome in outcomes {
            switch outcome {
            case .statement(.list(let list)): lists.append(list)
            case .statement(.response(let response)): responses.append(response)
            case .failure(let failure): failures.insert(failure, at: 0)
            }
        }
        return RevocationEvidence(
            revocationLists: unique(lists, by: \.fingerprint),
            ocspResponses: unique(responses, by: \.fingerprint),
            signerCertificates: given.signerCertificates,
            failures: failures
        )
    }

    private func unique<Statement>(
        _ statements: [Statement],
        by fingerprint: (Statement) -> Thumbprint
    ) -> [Statement] {
        var seen: Set<Thumbprint> = []
        return statements.filter { seen.insert(fingerprint($0)).inserted }
    }
}
