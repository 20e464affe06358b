// SPDX-License-Identifier: Apache-2.0
// Determines what the available CRLs state about one certificate.
//
// A CRL is considered if a distribution point of the certificate admits it and its signer is trusted. In each scope,
// only CRLs that no later one supersedes count, each updated by its delta CRLs. An entry revokes, even if the CRL is
// old or from the future: an authentic statement that a certificate is revoked is never ignored. Good requires current
// CRLs for every reason.

/// The search through the CRLs.
struct CRLSearch {
    let certificate: Certificate
    let issuer: Certificate
    let evidence: RevocationEvidence
    let signers: CRLSigners
    let context: ValidationContext

    func answer() -> EvidenceAnswer {
        if let answer = answerByRelevantDeltas() { return answer }
        var answer = EvidenceAnswer()
        let read = readable(candidates, &answer)
        let bases = read.filter { !$0.list.isDelta }
        if bases.isEmpty, !read.isEmpty {
            answer.causes.append(.notCovered(issuer: "\(issuer)", kind: "a delta CRL without the CRL that it amends"))
        }
        let deltas = read.filter(\.list.isDelta)
        evaluate(bases, &answer) { base in deltas.filter { $0.applies(to: base) }.map(\.list) }
        return answer
    }

    /// Determines the status by `bases`, each updated by its delta CRLs.
    private func evaluate(
        _ bases: [Readable],
        _ answer: inout EvidenceAnswer,
        deltas: (Readable) -> [CertificateRevocationList]
    ) {
        var covered = ReasonSet(rawValue: 0)
        var proof: RevocationStatus.Evidence?
        for scope in Self.latest(bases, now: EvidenceTime(context)) {
            var best: (proof: RevocationStatus.Evidence, reasons: ReasonSet)?
            var objections: [(cause: RevocationStatus.Cause, evidence: RevocationStatus.Evidence)] = []
            let readings = scope.map { base in
                let reading = CRLReading(
                    base: base.list,
                    signer: base.signer,
                    deltas: deltas(base),
                    certificate: certificate,
                    doubt: base.doubt,
                    context
                )
                return (base: base, reading: reading)
            }
            for (base, reading) in readings {
                // A later, current CRL of the same key shows that a hold was released, whatever the numbers say.
                let isReleased =
                    reading.isEndedHold
                    && readings.contains { later in
                        later.reading.showsGoodStatus && later.base.list.thisUpdate > base.list.thisUpdate
                    }
                if let entry = reading.revocation, !isReleased {
                    answer.verdict = .revoked(at: entry.revocationDate, reason: entry.reason, reading.evidence)
                    return
                }
                if let objection = reading.objection {
                    objections.append((objection, reading.evidence))
                } else if best == nil {
                    best = (reading.evidence, base.reasons)
                }
            }
            // The objection to an unusable CRL is dropped if there is a better CRL, unless the unusable one lists the
            // certificate.
            for (cause, evidence) in objections where best == nil || cause.kind == .listedUnderCriticalExtension {
                answer.causes.append(cause)
                if cause.isAboutTime { answer.remember(evidence) }
            }
            guard let best else { continue }
            covered.formUnion(best.reasons)
            proof = proof?.joined(with: best.proof) ?? best.proof
        }
        guard let proof else { return }
        if covered == .all {
            answer.verdict = .good(proof)
        } else {
            let missing = ReasonSet.all.subtracting(covered).names.joined(separator: ", ")
            answer.causes.append(.notCovered(issuer: "\(issuer)", kind: "no list for the reasons \(missing)"))
        }
    }

    /// An authentic CRL that covers the certificate.
    private struct Readable {
        let list: CertificateRevocationList
        let signer: Certificate
        let reasons: ReasonSet
        /// Why the CRL cannot show that the certificate is good; nil if it can.
        let doubt: RevocationStatus.Cause?

        /// RFC 5280 §5.2.4: same issuer, same scope and same key. The key identifiers are not compared.
        func applies(to base: Readable) -> Bool {
            list.issuer.isSame(as: base.list.issuer) && list.known.encodedScope == base.list.known.encodedScope
                && signer.publicKey.derEncoded == base.signer.publicKey.derEncoded
        }

        /// CRLs of different keys are numbered independently, so they never supersede each other.
        func isOfSeries(of other: Readable) -> Bool {
            list.isOfSeries(of: other.list) && signer.publicKey.derEncoded == other.signer.publicKey.derEncoded
        }

        /// A CRL from the future does not supersede a current one, and no older CRL removes its entries.
        func supersedes(_ other: Readable, now: EvidenceTime) -> Bool {
            guard !now.isFuture(list.thisUpdate) || now.isFuture(other.list.thisUpdate) else { return false }
            return list.order(comparedTo: other.list) == .newer
        }
    }

    private func readable(_ lists: [CertificateRevocationList], _ answer: inout EvidenceAnswer) -> [Readable] {
        var readable: [Readable] = []
        VisitCounter.add(lists.count)
        for list in lists {
            let reasons: ReasonSet
            let scope = CRLScope(list: list, certificate: certificate)
            switch scope.coverage {
            case .nothing(let kind):
                answer.causes.append(.notCovered(issuer: "\(issuer)", kind: kind))
                continue
            case .covers(let covered): reasons = covered
            }
            let scopeDoubt = scope.doubt.map { RevocationStatus.Cause.notCovered(issuer: "\(issuer)", kind: $0) }
            switch signers.signer(of: list, for: certificate, issuedBy: issuer) {
            case .trusted(let signer):
                readable.append(Readable(list: list, signer: signer, reasons: reasons, doubt: scopeDoubt))
            case .doubtful(let signer, let doubt):
                readable.append(Readable(list: list, signer: signer, reasons: reasons, doubt: doubt))
            case .circular: answer.isCircular = true
            case .objection(let cause): answer.causes.append(cause)
            }
        }
        return readable
    }

    /// All CRLs of the certificate's issuer, and of the CRL issuers that its distribution points name. Issuers whose
    /// names may be the same are included.
    private var candidates: [CertificateRevocationList] {
        var seen: Set<Thumbprint> = []
        return names.flatMap(evidence.lists(perhapsIssuedBy:)).filter { seen.insert($0.fingerprint).inserted }
    }

    /// The issuers of CRLs that may cover the certificate.
    private var names: [DistinguishedName] {
        var names = [certificate.issuer]
        for case .directory(let name) in certificate.crlDistributionPoints.flatMap(\.crlIssuer)
        where !names.contains(where: name.isSame) {
            names.append(name)
        }
        return names
    }

    /// The CRLs of each issuer, scope and key that no other one supersedes: the latest first, those from the future
    /// last.
    private static func latest(_ lists: [Readable], now: EvidenceTime) -> [[Readable]] {
        guard lists.count > 1 else { return [lists] }
        var series: [[Readable]] = []
        for list in lists {
            if let index = series.firstIndex(where: { $0.contains { $0.isOfSeries(of: list) } }) {
                series[index].append(list)
            } else {
                series.append([list])
            }
        }
        return series.map { series in
            guard series.count > 1 else { return series }
            return series.filter { list in !series.contains { $0.supersedes(list, now: now) } }.sorted { left, right in
                let isFuture = (left: now.isFuture(left.list.thisUpdate), right: now.isFuture(right.list.thisUpdate))
                guard isFuture.left == isFuture.right else { return isFuture.right }
                guard left.list.thisUpdate == right.list.thisUpdate else {
                    return left.list.thisUpdate > right.list.thisUpdate
                }
                guard let end = right.list.nextUpdate else { return false }
                return left.list.nextUpdate.map { $0 > end } ?? true
            }
        }
    }
}

extension CRLSearch {
    /// The answer by the complete CRLs and those delta CRLs that matter. Nil if it is not definite, or if names do not
    /// determine the delta CRLs. Then all CRLs are read, because each may explain why the status is unknown.
    private func answerByRelevantDeltas() -> EvidenceAnswer? {
        guard evidence.hasDeltas else { return nil }
        var answer = EvidenceAnswer()
        var seen: Set<Thumbprint> = []
        let complete = names.flatMap(evidence.completeLists(perhapsIssuedBy:))
        let bases = readable(complete.filter { seen.insert($0.fingerprint).inserted }, &answer)
        var isDetermined = true
        var isCircular = false
        evaluate(bases, &answer) { base in
            guard let deltas = relevantDeltas(of: base, &isCircular) else {
                isDetermined = false
                return []
            }
            return deltas
        }
        guard isDetermined else { return nil }
        if case .unknown = answer.verdict { return nil }
        if isCircular { answer.isCircular = true }
        return answer
    }

    /// The delta CRLs that can change what `base` states: the newest usable one and all newer ones, and those that list
    /// the certificate or have an unknown critical extension.
    ///
    /// - Parameter isCircular: set to true if the signer of one depends on the certificate.
    private func relevantDeltas(of base: Readable, _ isCircular: inout Bool) -> [CertificateRevocationList]? {
        guard let number = base.list.number else { return [] }
        guard let newer = evidence.deltas(of: base.list.issuer, above: number) else { return nil }
        let time = EvidenceTime(context)
        var relevant: [(position: Int, list: CertificateRevocationList)] = []
        var hasNewest = false
        for entry in newer where CRLReading.fits(entry.list, base.list) && entry.list.isOfScope(of: base.list) {
            let list = entry.list
            let isListed = list.entry(for: certificate.serialNumber, issuedBy: certificate.issuer) != nil
            guard !hasNewest || isListed || list.unknownCriticalExtension != nil else { continue }
            var ignored = EvidenceAnswer()
            let read = readable([list], &ignored).first
            if ignored.isCircular { isCircular = true }
            guard let read, read.applies(to: base) else { continue }
            hasNewest = hasNewest || CRLReading.objection(to: list, time) == nil
            relevant.append((entry.position, list))
        }
        // The order of the evidence decides which of several entries is reported.
        return relevant.sorted { $0.position < $1.position }.map(\.list)
    }
}

extension CertificateRevocationList {
    /// Whether `other` has the same scope. The issuer is not compared.
    fileprivate func isOfScope(of other: CertificateRevocationList) -> Bool {
        known.encodedScope == other.known.encodedScope
    }
}

extension RevocationStatus.Cause {
    /// Whether the statement's age is the only objection to it.
    var isAboutTime: Bool {
        switch self {
        case .stale, .unbounded, .tooOld: true
        default: false
        }
    }
}
