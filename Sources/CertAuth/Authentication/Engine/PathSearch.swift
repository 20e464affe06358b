// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Tries candidate paths until one is valid. It keeps a trace of everything tried, and the budget of signature checks.
struct PathSearch {
    /// The number of failed paths that are examined for all findings, whatever their signatures. Real rollovers and
    /// cross-signing offer two to four paths.
    private static let pathsLookedAtInFull = 4
    /// The codes of findings that make an issuer unusable on every path, because they are facts about its certificate
    /// alone.
    private static let codesOfUnfitIssuers: Set<FailureCode> = [
        .expired, .notYetValid, .wrongUsage, .notACertificateAuthority, .weakKey, .criticalExtension,
    ]

    let leaf: Certificate
    let context: ValidationContext
    private var revocation: RevocationCheck
    private let evidence: RevocationEvidence
    private let memory: IssuerCache?
    private var presented: [Certificate] = []
    private var anchors: TrustStore?
    /// The evidence missing for paths that are valid except for revocation. If a path is accepted, only its own.
    private(set) var needs: [EvidenceNeed] = []
    private(set) var trace = ValidationTrace()
    /// The traced form of each certificate, shared by all paths.
    private var traced: [Certificate: TracedCertificate] = [:]
    /// The first failed path of each code. The signatures of the path that explains a refusal are verified.
    private var failed: [FailureCode: CandidatePath] = [:]
    private var signatures: SignatureLedger
    /// The issuers with such a finding that the search still uses.
    private var unfitIssuers: [Certificate] = []
    /// Called for each path and status that was validated.
    var observer: ValidationPhase.Observer?

    init(leaf: Certificate, context: ValidationContext, evidence: RevocationEvidence, memory: IssuerCache?) {
        self.leaf = leaf
        self.context = context
        self.evidence = evidence
        revocation = RevocationCheck(evidence: evidence, responders: memory?.responders)
        self.memory = memory
        signatures = SignatureLedger(limit: context.options.limits.signatureChecks)
    }

    /// Finds a path from the end-entity certificate to an anchor of `trust`.
    ///
    /// - Parameter presented: the certificates that the client presented besides its own.
    /// - Throws: the most informative finding of all candidates.
    mutating func run(presented: [Certificate], trust: TrustStore) throws(Finding) -> ValidatedChain {
        prepareRevocation(presented: presented, trust: trust)
        let intermediates = presented + context.options.additionalChainCertificates
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
                return try validate(path)
            } catch {
                headlines.append(error)
                // A revoked end-entity certificate is revoked on every path. A used-up budget stays used up.
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

    /// Asks for the revocation of a path that is otherwise known to be valid.
    ///
    /// - Parameter accepted: the first path of this search, as accepted by other evidence.
    /// - Returns: nil if its revocation refuses it, so that other paths matter.
    mutating func repeated(_ accepted: ValidatedChain, presented: [Certificate], trust: TrustStore) -> ValidatedChain? {
        prepareRevocation(presented: presented, trust: trust)
        let path = CandidatePath(certificates: accepted.certificates)
        let statuses = revocation.findings(on: path, in: context)
        do throws(Finding) {
            try revocation.check(statuses, on: path, in: context)
        } catch {
            return nil
        }
        needs = openQuestions(on: path, statuses)
        trace.signaturesDidVerify()
        observe(path, [], statuses)
        observer?(.tried(TriedPath(certificates: path.certificates, endsAtAnchor: true, findings: [])))
        return ValidatedChain(
            leaf: leaf,
            path: path,
            policies: accepted.policies,
            revocation: statuses.map(\.status),
            validUntil: end(of: path, statuses),
            failedAttempts: trace
        )
    }

    private mutating func prepareRevocation(presented: [Certificate], trust: TrustStore) {
        guard context.options.revocationMode != .noCheck else { return }
        // A CRL may be signed by a CA whose certificate is available, but not on the path.
        self.presented = presented
        anchors = trust
        revocation = RevocationCheck(
            evidence: evidence,
            pool: presented + context.options.additionalChainCertificates,
            anchors: trust,
            responders: memory?.responders
        )
    }

    /// After some paths have failed, excludes links and issuers that fail every path. So the number of tried paths is
    /// bounded by the number of facts about certificates, not by the number of their arrangements.
    private mutating func narrow(_ builder: inout PathBuilder) {
        guard trace.count >= Self.pathsLookedAtInFull else { return }
        for link in signatures.takeBroken() { builder.drop(link.certificate, signedBy: link.issuer) }
        for issuer in unfitIssuers { builder.drop(issuer: issuer) }
        unfitIssuers = []
    }

    /// Records the issuers of a refused path that no path can contain.
    private mutating func noteUnfitIssuers(of path: CandidatePath, _ findings: [Finding]) {
        for finding in findings where Self.codesOfUnfitIssuers.contains(finding.code) {
            // The requirements for an anchor differ from those for the same certificate below another anchor.
            guard let index = finding.certificateIndex, index > 0, index < path.certificates.count - 1 else { continue }
            exclude([path.certificates[index]])
        }
    }

    private mutating func exclude(_ issuers: [Certificate]) {
        for issuer in issuers where !unfitIssuers.contains(issuer) { unfitIssuers.append(issuer) }
    }

    /// Validates one path: our checks, libcrypto, revocation.
    mutating func validate(_ path: CandidatePath, isSelfSigned: Bool = false) throws(Finding) -> ValidatedChain {
        let known = memory?.verifiedLinks(of: path) ?? []
        let preliminary = preliminaryResult(on: path, known: known)
        var findings = preliminary.findings
        noteUnfitIssuers(of: path, findings)
        if preliminary.areSignaturesVerified, !isSelfSigned { trace.signaturesDidVerify() }
        var statuses: [RevocationFinding] = []
        var policies: [OID] = []
        if findings.isEmpty {
            do throws(Finding) {
                if !preliminary.areSignaturesVerified { try signatures.spend(max(1, path.certificates.count - 1)) }
                if let broken = preliminary.brokenLink, isOpenSSLSilent(on: path) { throw broken.finding }
                policies = try PathValidator().validate(
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
        // Above the capacity, attempts are only counted, and no texts are created for them.
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

    /// Verifies the signatures of the path that failed with `code`, unless a path's signatures have already been
    /// verified. Only refusals of clients that a CA has certified may be cached.
    mutating func verifySignatures(ofPathRefusedWith code: FailureCode) {
        // A key that is too weak or too large must not verify anything, and a weak signature proves nothing.
        let isWorthwhile = ![.badSignature, .limitExceeded, .weakKey, .weakSignature].contains(code)
        guard isWorthwhile, !trace.hasVerifiedSignatures, let path = failed[code] else { return }
        do throws(Finding) {
            guard try signatures.brokenLink(of: path) == nil else { return }
            trace.signaturesDidVerify()
        } catch {
            // The limit of signature checks is used up: nothing was verified, and the refusal is not cached.
        }
    }

    /// Statuses are present only if the path itself is valid.
    private func observe(_ path: CandidatePath, _ findings: [Finding], _ statuses: [RevocationFinding]) {
        guard let observer else { return }
        let code = Finding.headline(of: findings)?.code
        guard statuses.isEmpty else { return observer(.revocation(code)) }
        if let code { observer(.path(certificates: path.certificates.count, code)) }
    }

    /// The results for a path before OpenSSL validates it.
    private struct PreliminaryResult {
        let findings: [Finding]
        /// The indices of certificates whose signature verifies.
        let verifiedLinks: Set<Int>
        /// Whether all signatures verify.
        var areSignaturesVerified = false
        /// A link whose signature OpenSSL cannot verify either.
        var brokenLink: SignatureLedger.BrokenLink?
    }

    /// Whether OpenSSL cannot report anything about `path`, which has a broken signature, that would change the
    /// verdict. It has already reported such a path, and none of the certificates has a defect that it would report
    /// earlier.
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

    /// Runs our own checks on `path` and verifies its signatures.
    ///
    /// The signatures are verified from the anchor down, between the cheap checks and the costly ones, so that names,
    /// constraints and extensions are processed only if an anchor has verified them. A broken signature is not a
    /// finding yet: what OpenSSL reports before it verifies signatures, such as a weak digest, comes first. A key that
    /// is too weak or too large verifies nothing, and a signature that is too weak is never verified.
    private mutating func preliminaryResult(on path: CandidatePath, known: Set<Int>) -> PreliminaryResult {
        do throws(Finding) {
            let weak = weakSignatures(on: path)
            let weakIssuers = weak.filter { $0 > 0 }.map { path.certificates[$0] }
            guard weakIssuers.isEmpty else {
                // No path with a weak issuer is valid, so none of its signatures is verified.
                exclude(weakIssuers)
                return PreliminaryResult(findings: cheapFindings(on: path, weak: weak), verifiedLinks: known)
            }
            // After some paths have failed, signatures are verified first, to detect forged paths: each pair of
            // certificates costs one check, however many paths contain it.
            if trace.count >= Self.pathsLookedAtInFull,
                let broken = try signatures.brokenLink(of: path, known: Set(weak))
            {
                return PreliminaryResult(findings: [broken.finding], verifiedLinks: known)
            }
            let findings = cheapFindings(on: path, weak: weak)
            guard !findings.contains(where: { $0.code == .weakKey }) else {
                return PreliminaryResult(findings: findings, verifiedLinks: known)
            }
            let links = path.certificates.indices.dropLast()
            if let broken = try signatures.brokenLink(of: path, known: known.union(weak)) {
                return PreliminaryResult(
                    findings: findings,
                    verifiedLinks: known.union(links.filter { $0 > broken.index }),
                    brokenLink: broken.isCertain ? broken : nil
                )
            }
            guard weak.isEmpty else { return PreliminaryResult(findings: findings, verifiedLinks: known) }
            let costly = PathChecks.costlyFindings(on: path, in: context)
            return PreliminaryResult(
                findings: findings + costly,
                verifiedLinks: Set(links),
                areSignaturesVerified: true
            )
        } catch {
            return PreliminaryResult(findings: [error], verifiedLinks: known)
        }
    }

    /// The findings of the cheap checks; without any, the one for the first weak signature.
    private func cheapFindings(on path: CandidatePath, weak: [Int]) -> [Finding] {
        let findings = PathChecks.cheapFindings(on: path, in: context)
        guard findings.isEmpty, let index = weak.first else { return findings }
        return [OpenSSLFinding(path: path, options: context.options).finding(.weakSignature(at: index))]
    }

    /// The indices of certificates below the anchor whose signature is too weak, in order.
    private func weakSignatures(on path: CandidatePath) -> [Int] {
        path.certificates.indices.dropLast().filter {
            path.certificates[$0].isSignatureTooWeak(securityLevel: context.options.securityLevel)
        }
    }

    /// Runs the costly checks if OpenSSL accepted a path with a signature that our own check could not verify.
    private func checkCostly(_ path: CandidatePath) throws(Finding) {
        guard let finding = Finding.headline(of: PathChecks.costlyFindings(on: path, in: context)) else { return }
        throw finding
    }

    /// The certificates of a valid path whose status further evidence could determine.
    private func openQuestions(on path: CandidatePath, _ findings: [RevocationFinding]) -> [EvidenceNeed] {
        guard context.options.revocationMode == .online else { return [] }
        // If a certificate is revoked, no further evidence makes the path valid again.
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

    /// The earliest end of everything that an accepted path is based on.
    private func end(of path: CandidatePath, _ statuses: [RevocationFinding]) -> Timestamp? {
        var ends: [Timestamp] = []
        if context.options.validateValidityPeriod { ends += path.certificates.map(\.validity.lastMoment) }
        if let next = revocation.nextBeginning(in: context) { ends.append(next) }
        return (ends + statuses.compactMap { $0.end(in: context) }).min()
    }

    /// Explains why no path ends at an anchor.
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
