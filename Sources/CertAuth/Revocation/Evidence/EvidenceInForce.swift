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
    ///
    /// The stored evidence is shared, not copied, because every validation that is not cached calls this.
    func evidence(adding outcomes: [FetchOutcome] = []) -> RevocationEvidence {
        guard !outcomes.isEmpty || held.map({ !$0.isEmpty }) ?? false else { return given }
        var lists: [CertificateRevocationList] = []
        var responses = held?.responses ?? []
        var failures: [RevocationSourceFailure] = []
        for outcome in outcomes {
            switch outcome {
            case .statement(.list(let list)): lists.append(list)
            case .statement(.response(let response)): responses.append(response)
            case .failure(let failure): failures.insert(failure, at: 0)
            }
        }
        let own = RevocationEvidence(revocationLists: lists, ocspResponses: responses)
        return given.combined(with: [held?.common, own].compactMap { $0 }, failures: failures)
    }
}
