// SPDX-License-Identifier: Apache-2.0
// Tries candidate paths until one holds.

internal import CertAuthOpenSSL

/// One search for a path that holds, with the trace of everything tried and the budget of signature checks.
struct PathSearch {
    /// How many failed paths get every finding whatever their signatures: real rollovers and cross-signs offer two to
    /// four.
    private static let pathsLookedAtInFull = 4
    /// What makes an issuer useless on every path, because it is a fact about its certificate alone.
    private static let codesOfUnfitIssuers: Set<FailureCode> = [
        .expired, .notYetValid, .wrongUsage, .notACertificateAuthority, .weakKey, .criticalExtension,
    ]

    let leaf: Certificate
    let context: ValidationContext
    private var revocation: RevocationCheck
    private let evidence: RevocationEvidence
    private let memory: IssuerMemory?
    private var presented: [Certificate] = []
    private var anchors: [Certificate] = []
    /// What paths lack that hold but for revocation; of the accepted path alone when there is one.
    private(set) var needs: [EvidenceNeed] = []
    private(set) var trace = ValidationTrace()
    /// What the trace keeps of a certificate, once for all paths.
    private var traced: [Certificate: TracedCertificate] = [:]
    /// The first failed path of each code: the signatures of the one that explains a refusal are looked at.
    private var failed: [FailureCode: CandidatePath] = [:]
    private var signatures: SignatureLedger
    /// The issuers with such a finding that the search still uses.
    private var unfitIssuers: [Certificate] = []
    /// Told of each path and status that was judged.
    var observer: ValidationPhase.Observer?

    init(leaf: Certificate, context: ValidationContext, evidence: RevocationEvidence, memory: IssuerMemory?) {
        self.leaf = leaf
        self.context = context
        self.evidence = evidence
        revocation = RevocationCheck(evidence: evidence, responders: memory?.responders)
        self.memory = memory
        signatures = SignatureLedger(limit: context.options.limits.signatureChecks)
    }

    /// Finds a path from the leaf to an anchor of `trust`.
    ///
    /// - Parameter presented: what the client presented besides the leaf.
    /// - Throws: the most telling finding over all candidates.
    mutating func run(presented: [Certificate], trust: TrustStore) throws(Finding) -> ValidatedChain {
        let intermediates = presented + context.options.additionalChainCertificates
        if context.options.revocationMode != .noCheck {
            // A list may be signed by an authority that is at hand but not on the path.
            self.presented = presented
            anchors = trust.anchors
            revocation = RevocationCheck(
                evidence: evidence,
                pool: intermediates + anchors,
                responders: memory?.responders
            )
        }
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
                    needs = []
                    throw error
                }
                narrow(&builder)
            }
        }
        guard !builder.isExhausted else {
            let steps = context.options.limits.pathSteps
            throw Finding(.limitExceeded, at: nil, "no path found within \(steps) steps (limits.pathSteps)")
        }
        throw Finding.headline(of: headlines) ?? noCandidate(builder.longestDeadEnd)
    }

    /// Once some paths have failed, no further path is proposed with a link or an issuer that fails each of them: the
    /// number of paths is bounded by what there is to find out about certificates, not by that of their arrangements.
    private mutating func narrow(_ builder: inout PathBuilder) {
        guard trace.count >= Self.pathsLookedAtInFull else { return }
        for link in signatures.takeBroken() { builder.drop(link.certificate, signedBy: link.issuer) }
        for issuer in unfitIssuers { builder.drop(issuer: issuer) }
        unfitIssuers = []
    }

    /// Notes the issuers of a refused path that no path can hold.
    private mutating func noteUnfitIssuers(of path: CandidatePath, _ findings: [Finding]) {
        for finding in findings where Self.codesOfUnfitIssuers.contains(finding.code) {
            // What is asked of an anchor differs from what is asked of the same certificate below another.
            guard let index = finding.certificateIndex, index > 0, index < path.certificates.count - 1,
                !unfitIssuers.contains(path.certificates[index])
            else { continue }
            unfitIssuers.append(path.certificates[index])
        }
    }

    /// Judges one path: our checks, libcrypto, revocation.
    mutating func judge(_ path: CandidatePath, isSelfSigned: Bool = false) throws(Finding) -> ValidatedChain {
        let known = memory?.verifiedLinks(of: path) ?? []
        let preliminary = preliminaryJudgement(on: path, known: known)
        var findings = preliminary.findings
        noteUnfitIssuers(of: path, findings)
        if preliminary.areSignaturesVerified, !isSelfSigned { trace.signaturesDidVerify() }
        var statuses: [RevocationFinding] = []
        var policies: [OID] = []
        if findings.isEmpty {
            do throws(Finding) {
                if !preliminary.areSignaturesVerified { try signatures.spend(max(1, path.certificates.count - 1)) }
                if let broken = preliminary.brokenLink, isOpenSSLSilent(on: path) { throw broken.finding }
                policies = try PathJudge().judge(
                    path,
                    verifiedLinks: preliminary.verifiedLinks,
                    brokenLink: preliminary.brokenLink?.index,
                    in: context
                )
                if !isSelfSigned { trace.signaturesDidVerify() }
                if !preliminary.areSignaturesVerified { try checkCostly(path) }
                memory?.remember(path, unless: known)
                observer?(.path(certificates: path.certificates.count, nil))
                if isSelfSigned {
                    statuses = [RevocationFinding(.notChecked(.selfSigned))]
                } else {
                    statuses = revocation.findings(on: path, in: context)
                    let open = openQuestions(on: path, statuses)
                    needs += open
                    try revocation.check(statuses, on: path, in: context)
                    needs = open
                }
            } catch {
                findings.append(error)
            }
        }
        observe(path, findings, statuses)
        let endsAtAnchor = !isSelfSigned
        observer?(.tried(TriedPath(certificates: path.certificates, endsAtAnchor: endsAtAnchor, findings: findings)))
        if let headline = Finding.headline(of: findings) {
            record(path.certificates, endsAtAnchor: endsAtAnchor, findings)
            if endsAtAnchor, failed[headline.code] == nil { failed[headline.code] = path }
            throw headline
        }
        return ValidatedChain(
            leaf: leaf,
            path: path,
            policies: policies,
            revocation: statuses.map(\.status),
            validUntil: end(of: path, statuses),
            failedAttempts: trace
        )
    }

    private mutating func record(_ certificates: [Certificate], endsAtAnchor: Bool, _ findings: [Finding]) {
        // Beyond the capacity attempts are only counted, and no texts are written for them.
        let isKept = trace.attempts.count < ValidationTrace.capacity
        let values = isKept ? certificates.enumerated().map { tracedCertificate($0.element, at: $0.offset) } : []
        trace.record(PathAttempt(certificates: values, endsAtAnchor: endsAtAnchor, findings: findings))
    }

    private mutating func tracedCertificate(_ certificate: Certificate, at index: Int) -> TracedCertificate {
        if let known = traced[certificate] { return known }
        let new = TracedCertificate(certificate, isLeaf: index == 0)
        traced[certificate] = new
        return new
    }

    /// Looks at the signatures of the path that failed with `code`, where no path's have been verified yet: only a
    /// client that an authority has certified may take up room in a cache with its refusal.
    mutating func verifySignatures(ofPathRefusedWith code: FailureCode) {
        // A key that is too weak or too large verifies nothing.
        let isWorthwhile = ![.badSignature, .limitExceeded, .weakKey].contains(code)
        guard isWorthwhile, !trace.hasVerifiedSignatures, let path = failed[code] else { return }
        do throws(Finding) {
            guard try signatures.brokenLink(of: path) == nil else { return }
            trace.signaturesDidVerify()
        } catch {
            // The limit of signature checks is used up: nothing was verified, and the refusal is not cached.
        }
    }

    /// Statuses are there only where the path itself holds.
    private func observe(_ path: CandidatePath, _ findings: [Finding], _ statuses: [RevocationFinding]) {
        guard let observer else { return }
        let code = Finding.headline(of: findings)?.code
        guard statuses.isEmpty else { return observer(.revocation(code)) }
        if let code { observer(.path(certificates: path.certificates.count, code)) }
    }

    /// What is known of a path before OpenSSL judges it.
    private struct PreliminaryJudgement {
        let findings: [Finding]
        /// The indices of certificates whose signature verifies.
        let verifiedLinks: Set<Int>
        /// Whether all of them do.
        var areSignaturesVerified = false
        /// One whose signature OpenSSL can't verify either.
        var brokenLink: SignatureLedger.BrokenLink?
    }

    /// Whether OpenSSL can say nothing about `path`, a signature of which does not verify, that changes the verdict: it has
    /// told of such a path before, and has nothing against any certificate that it would find sooner.
    private func isOpenSSLSilent(on path: CandidatePath) -> Bool {
        guard failed[.badSignature] != nil else { return false }
        return path.positions.allSatisfy { index, certificate, isAnchor in
            certificate.handle.passesBeforeSignatures(
                at: index == 0 ? .leaf : isAnchor ? .anchor : .issuer,
                isForClientAuthentication: context.options.validateCertificateUse,
                securityLevel: context.options.securityLevel
            )
        }
    }

    /// What our own checks have against `path`, and what its signatures are worth.
    ///
    /// The signatures are verified from the anchor down, between the cheap checks and the costly ones: names, constraints
    /// and extensions that no anchor vouches for are never worked on. A signature that does not verify is no finding
    /// yet: what OpenSSL finds before it looks at signatures, such as a weak digest, comes first. No key that is too weak
    /// or too large verifies anything.
    private mutating func preliminaryJudgement(on path: CandidatePath, known: Set<Int>) -> PreliminaryJudgement {
        do throws(Finding) {
            // Once some paths have failed, forged ones are told by their signatures first: each pair of certificates
            // costs one check, however many paths it is part of.
            if trace.count >= Self.pathsLookedAtInFull, let broken = try signatures.brokenLink(of: path) {
                return PreliminaryJudgement(findings: [broken.finding], verifiedLinks: known)
            }
            let findings = PathChecks.cheapFindings(on: path, in: context)
            guard !findings.contains(where: { $0.code == .weakKey }) else {
                return PreliminaryJudgement(findings: findings, verifiedLinks: known)
            }
            let links = path.certificates.indices.dropLast()
            if let broken = try signatures.brokenLink(of: path, known: known) {
                return PreliminaryJudgement(
                    findings: findings,
                    verifiedLinks: known.union(links.filter { $0 > broken.index }),
                    brokenLink: broken.isCertain ? broken : nil
                )
            }
            let costly = PathChecks.costlyFindings(on: path, in: context)
            return PreliminaryJudgement(
                findings: findings + costly,
                verifiedLinks: Set(links),
                areSignaturesVerified: true
            )
        } catch {
            return PreliminaryJudgement(findings: [error], verifiedLinks: known)
        }
    }

    /// OpenSSL accepted a path with a signature that our own check could not verify: the costly checks are still due.
    private func checkCostly(_ path: CandidatePath) throws(Finding) {
        guard let finding = Finding.headline(of: PathChecks.costlyFindings(on: path, in: context)) else { return }
        throw finding
    }

    /// The certificates of a path that holds whose status evidence could still settle.
    private func openQuestions(on path: CandidatePath, _ findings: [RevocationFinding]) -> [EvidenceNeed] {
        guard context.options.revocationMode == .online else { return [] }
        // Where a certificate is revoked, nothing that comes makes the path good again.
        guard !findings.contains(where: { if case .revoked = $0.status { true } else { false } }) else { return [] }
        return findings.indices.filter { isOpen(findings[$0].status, of: path.certificates[$0]) }.map { index in
            EvidenceNeed(
                path: path,
                index: index,
                presented: presented.filter { !path.certificates.contains($0) },
                anchors: anchors,
                options: context.options
            )
        }
    }

    private func isOpen(_ status: RevocationStatus, of certificate: Certificate) -> Bool {
        switch status {
        case .unknown: true
        case .notChecked(.anchorWithoutSource): !RevocationSources(of: certificate).isEmpty
        case .good, .revoked, .notChecked: false
        }
    }

    /// The earliest end of anything an accepted path rests on.
    private func end(of path: CandidatePath, _ statuses: [RevocationFinding]) -> Timestamp? {
        var ends: [Timestamp] = []
        if context.options.validateValidityPeriod { ends += path.certificates.map(\.validity.lastMoment) }
        if let next = revocation.nextBeginning(in: context) { ends.append(next) }
        return (ends + statuses.compactMap { $0.end(in: context) }).min()
    }

    /// Says why no path ends at an anchor.
    private mutating func noCandidate(_ deadEnd: [Certificate]) -> Finding {
        let path = deadEnd.isEmpty ? [leaf] : deadEnd
        let last = path.last ?? leaf
        let index = path.count - 1
        let finding: Finding
        if path.count > 1 && last.isSelfSigned {
            finding = Finding(.untrusted, at: index, "\(last): a root that is not among the trust anchors")
        } else {
            let issuer = DisplayText.escaped(last.issuer.rfc4514)
            let text = "\(last): its issuer \(issuer) is neither a trust anchor nor among the known certificates"
            let code: FailureCode = path.count > 1 ? .partialChain : .untrusted
            finding = Finding(code, at: index, text, rule: "RFC 5280 §6.1.3 (a)(4)")
        }
        observer?(.tried(TriedPath(certificates: path, endsAtAnchor: false, findings: [finding])))
        record(path, endsAtAnchor: false, [finding])
        return finding
    }
}
