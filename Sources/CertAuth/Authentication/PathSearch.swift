// SPDX-License-Identifier: Apache-2.0
// Tries candidate paths until one holds.

/// One search for a path that holds, with the trace of everything tried and the budget of signature checks.
struct PathSearch {
    let leaf: Certificate
    let context: ValidationContext
    private var revocation: RevocationCheck
    private let evidence: RevocationEvidence
    private let memory: IssuerMemory?
    private(set) var trace = ValidationTrace()
    private var signatureChecks = 0

    init(leaf: Certificate, context: ValidationContext, evidence: RevocationEvidence, memory: IssuerMemory?) {
        self.leaf = leaf
        self.context = context
        self.evidence = evidence
        revocation = RevocationCheck(evidence: evidence)
        self.memory = memory
    }

    /// Finds a path from the leaf to an anchor of `trust`.
    ///
    /// - Throws: the most telling finding over all candidates.
    mutating func run(intermediates: [Certificate], trust: TrustStore) throws(Finding) -> ValidatedChain {
        // A list may be signed by an authority that is at hand but not on the path.
        revocation = RevocationCheck(evidence: evidence, pool: intermediates + trust.anchors)
        var builder = PathBuilder(
            leaf: leaf,
            intermediates: intermediates,
            trust: trust,
            now: context.now,
            limits: context.options.limits
        )
        var headlines: [Finding] = []
        while let path = builder.next() {
            do throws(Finding) {
                return try judge(path)
            } catch {
                headlines.append(error)
                // A revoked leaf stays revoked on every path; a used-up budget stays used up.
                guard !(error.code == .revoked && error.certificateIndex == 0), error.code != .limitExceeded else {
                    throw error
                }
            }
        }
        guard !builder.isExhausted else {
            let steps = context.options.limits.pathSteps
            throw Finding(.limitExceeded, at: nil, "no path found within \(steps) steps (limits.pathSteps)")
        }
        throw Finding.headline(of: headlines) ?? noCandidate(builder.longestDeadEnd)
    }

    /// Judges one path: our checks, libcrypto, revocation.
    mutating func judge(_ path: CandidatePath, isSelfSigned: Bool = false) throws(Finding) -> ValidatedChain {
        var findings = PathChecks.findings(on: path, in: context)
        var statuses: [RevocationFinding] = []
        var policies: [OID] = []
        if findings.isEmpty {
            do throws(Finding) {
                try spendSignatureChecks(max(1, path.certificates.count - 1))
                let known = memory?.verifiedLinks(of: path) ?? []
                policies = try PathJudge().judge(path, verifiedLinks: known, in: context)
                memory?.remember(path, unless: known)
                if isSelfSigned {
                    statuses = [RevocationFinding(.notChecked(.selfSigned))]
                } else {
                    statuses = revocation.findings(on: path, in: context)
                    try revocation.check(statuses, on: path, in: context)
                }
            } catch {
                findings.append(error)
            }
        }
        trace.record(PathAttempt(certificates: path.certificates, endsAtAnchor: !isSelfSigned, findings: findings))
        if let headline = Finding.headline(of: findings) { throw headline }
        return ValidatedChain(
            leaf: leaf,
            path: path,
            policies: policies,
            revocation: statuses.map(\.status),
            validUntil: end(of: path, statuses),
            trace: trace
        )
    }

    private mutating func spendSignatureChecks(_ count: Int) throws(Finding) {
        signatureChecks += count
        let limit = context.options.limits.signatureChecks
        guard signatureChecks <= limit else {
            throw Finding(.limitExceeded, at: nil, "more than \(limit) signature checks (limits.signatureChecks)")
        }
    }

    /// The earliest end of anything an accepted path rests on.
    private func end(of path: CandidatePath, _ statuses: [RevocationFinding]) -> Timestamp? {
        var ends: [Timestamp] = []
        if context.options.validateValidityPeriod { ends += path.certificates.map(\.validity.notAfter) }
        if let next = revocation.nextBeginning(in: context) { ends.append(next) }
        return (ends + statuses.compactMap { $0.end(in: context) }).min()
    }

    /// Says why no path ends at an anchor.
    private mutating func noCandidate(_ deadEnd: [Certificate]) -> Finding {
        let path = deadEnd.isEmpty ? [leaf] : deadEnd
        let last = path.last ?? leaf
        let index = path.count - 1
        let finding: Finding
        if last.isSelfIssued && path.count > 1 {
            finding = Finding(.untrusted, at: index, "\(last): a root that is not among the trust anchors")
        } else {
            let issuer = DisplayText.escaped(last.issuer.rfc4514)
            let text = "\(last): its issuer \(issuer) is neither a trust anchor nor among the known certificates"
            let code: FailureCode = path.count > 1 ? .partialChain : .untrusted
            finding = Finding(code, at: index, text, rule: "RFC 5280 §6.1.3 (a)(4)")
        }
        trace.record(PathAttempt(certificates: path, endsAtAnchor: false, findings: [finding]))
        return finding
    }
}
