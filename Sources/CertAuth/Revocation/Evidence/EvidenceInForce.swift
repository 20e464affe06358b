// SPDX-License-Identifier: Apache-2.0

/// The evidence that decisions use: what the operator configured and what was fetched.
struct EvidenceInForce: Sendable {
    let given: RevocationEvidence
    let held: HeldEvidence?

    /// The generation that verdicts are bound to. A response about one client does not affect the verdicts on others.
    var generation: EvidenceGeneration {
        guard let held else { return given.generation }
        return given.generation.joined(with: held.common.generation, held.responses.map(\.fingerprint.bytes))
    }

    /// All evidence, including what was fetched for one decision only.
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
