// SPDX-License-Identifier: Apache-2.0

/// The question whether one certificate of one issuer is revoked.
struct RevocationQuestion {
    let certificate: Certificate
    let issuer: Certificate
    let evidence: RevocationEvidence
    let trust: any SignerTrust

    /// Consults every kind of source, so that a valid `revoked` of any of them decides, and combines the answers in the
    /// policy's order.
    func answer(pending: [Certificate], in context: ValidationContext) -> RevocationFinding {
        let signers = CRLSigners(trust: trust, pending: pending, context: context)
        let search = CRLSearch(
            certificate: certificate,
            issuer: issuer,
            evidence: evidence,
            signers: signers,
            context: context
        )
        let lists = search.answer()
        let responses = OCSPSearch(
            certificate: certificate,
            issuer: issuer,
            evidence: evidence,
            trust: trust,
            pending: pending,
            context: context
        ).answer()
        let order = context.options.revocation.sourceOrder
        return join(
            order == .ocspFirst ? [responses, lists] : [lists, responses],
            needsAll: order == .both,
            in: context
        )
    }

    private func join(
        _ answers: [EvidenceAnswer],
        needsAll: Bool,
        in context: ValidationContext
    ) -> RevocationFinding {
        for case .revoked(let moment, let reason, let proof) in answers.map(\.verdict) {
            return RevocationFinding(.revoked(at: moment, reason: reason, proof))
        }
        // A CRL that lists the certificate is never overruled, even if it must not be used.
        if let listed = answers.flatMap(\.causes).first(where: { $0.kind == .listedUnderCriticalExtension }) {
            return RevocationFinding(.unknown(listed))
        }
        let proofs = answers.compactMap { answer in
            if case .good(let proof) = answer.verdict { proof } else { nil }
        }
        if let first = proofs.first {
            guard needsAll else { return RevocationFinding(.good(first)) }
            if proofs.count == answers.count {
                return RevocationFinding(.good(proofs.dropFirst().reduce(first) { $0.joined(with: $1) }))
            }
        }
        let lastGood = (proofs + answers.compactMap(\.lastGood)).max { $0.thisUpdate < $1.thisUpdate }
        var finding = RevocationFinding(.unknown(cause(answers, lastGood, context)), lastGood: lastGood)
        finding.isCircular = answers.contains(where: \.isCircular)
        finding.isWithoutSource =
            proofs.isEmpty && ownFailures.isEmpty
            && answers.allSatisfy { !$0.isCircular && $0.causes.allSatisfy { $0.kind == .notCovered } }
        return finding
    }

    /// The failures of the sources that the certificate names.
    private var ownFailures: [RevocationSourceFailure] {
        guard !evidence.failures.isEmpty else { return [] }
        let sources = Set(RevocationSources(of: certificate).addresses)
        return evidence.failures.filter { sources.contains($0.source) }
    }

    /// The most informative cause. Problems of a statement with the right scope come first, then failures of sources,
    /// then statements with another scope. Among the former, a cause that the policy refuses precedes one that it
    /// permits.
    private func cause(
        _ answers: [EvidenceAnswer],
        _ lastGood: RevocationStatus.Evidence?,
        _ context: ValidationContext
    ) -> RevocationStatus.Cause {
        let causes = answers.filter { if case .unknown = $0.verdict { true } else { false } }.flatMap(\.causes)
        let failures = ownFailures
        // If nothing answers at all, a file that could not be read explains more than "there is no source".
        let others = failures.isEmpty ? evidence.failures : failures
        let policy = UnknownPolicy(context)
        let telling = causes.filter { $0.kind != .notCovered }
        let refused = telling.first { !policy.permits($0, lastGood: lastGood) }
        return refused ?? telling.first ?? failures.first?.cause ?? causes.first
            ?? others.first?.cause ?? UnrelatedStatements(evidence, of: certificate, issuedBy: issuer).cause
    }
}
