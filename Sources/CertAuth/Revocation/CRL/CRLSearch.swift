// SPDX-License-Identifier: Apache-2.0
// What the CRLs at hand say of one certificate.
//
// Of all lists that a distribution point of the certificate admits and whose signer is trusted, those of each scope count
// that no later one supersedes, amended by their delta lists. Listed means revoked, also in a list that is old or from the future: an authentic
// statement that a certificate is revoked is never set aside. Good needs lists that speak now, for every reason.

/// The search through the CRLs.
struct CRLSearch {
    let certificate: Certificate
    let issuer: Certificate
    let evidence: RevocationEvidence
    let signers: CRLSigners
    let context: ValidationContext

    func answer() -> EvidenceAnswer {
        var answer = EvidenceAnswer()
        let read = readable(&answer)
        var covered = ReasonSet(rawValue: 0)
        var proof: RevocationStatus.Evidence?
        let bases = read.filter { !$0.list.isDelta }
        if bases.isEmpty, !read.isEmpty {
            answer.causes.append(.notCovered(issuer: "\(issuer)", kind: "a delta CRL without the CRL that it amends"))
        }
        for scope in Self.latest(bases, now: EvidenceTime(context)) {
            let readings = scope.map { base in
                let deltas = read.filter { $0.list.isDelta && $0.amends(base) }
                return CRLReading(
                    base: base.list,
                    signer: base.signer,
                    deltas: deltas.map(\.list),
                    certificate: certificate,
                    context
                )
            }
            for reading in readings {
                guard let entry = reading.revocation else { continue }
                answer.verdict = .revoked(at: entry.revocationDate, reason: entry.reason, reading.evidence)
                return answer
            }
            let good = readings.filter { $0.objection == nil }
            for (reading, objection) in readings.compactMap({ reading in reading.objection.map { (reading, $0) } }) {
                // A list that may not be used hides behind a better one, unless it lists the certificate.
                guard good.isEmpty || objection.kind == .listedUnderCriticalExtension else { continue }
                answer.causes.append(objection)
                if objection.isAboutTime { answer.remember(reading.evidence) }
            }
            guard let best = good.first, let base = scope.first else { continue }
            covered.formUnion(base.reasons)
            proof = proof?.joined(with: best.evidence) ?? best.evidence
        }
        guard let proof else { return answer }
        if covered == .all {
            answer.verdict = .good(proof)
        } else {
            let missing = ReasonSet.all.subtracting(covered).names.joined(separator: ", ")
            answer.causes.append(.notCovered(issuer: "\(issuer)", kind: "no list for the reasons \(missing)"))
        }
        return answer
    }

    /// A list that speaks of the certificate and is authentic.
    private struct Readable {
        let list: CertificateRevocationList
        let signer: Certificate
        let reasons: ReasonSet

        /// RFC 5280 §5.2.4: same issuer, same scope, same key.
        func amends(_ base: Readable) -> Bool {
            list.issuer.matches(base.list.issuer) && list.known.encodedScope == base.list.known.encodedScope
                && list.known.authorityKeyIdentifier == base.list.known.authorityKeyIdentifier
                && signer.publicKey.derEncoded == base.signer.publicKey.derEncoded
        }

        /// Lists of different keys number independently: none of them makes another's entries old.
        func isOfSeries(of other: Readable) -> Bool {
            list.isOfSeries(of: other.list) && signer.publicKey.derEncoded == other.signer.publicKey.derEncoded
        }

        func supersedes(_ other: Readable, now: EvidenceTime) -> Bool {
            guard list.order(comparedTo: other.list) == .newer else { return false }
            return !now.isFuture(list.thisUpdate) || now.isFuture(other.list.thisUpdate)
        }
    }

    private func readable(_ answer: inout EvidenceAnswer) -> [Readable] {
        var readable: [Readable] = []
        for list in candidates {
            let reasons: ReasonSet
            switch CRLScope(list: list, certificate: certificate).coverage {
            case .nothing(let kind):
                answer.causes.append(.notCovered(issuer: "\(issuer)", kind: kind))
                continue
            case .covers(let covered): reasons = covered
            }
            switch signers.signer(of: list, for: certificate, issuedBy: issuer) {
            case .trusted(let signer): readable.append(Readable(list: list, signer: signer, reasons: reasons))
            case .circular: answer.isCircular = true
            case .objection(let cause): answer.causes.append(cause)
            }
        }
        return readable
    }

    /// Every list of the certificate's issuer, and of those that its distribution points name instead.
    private var candidates: [CertificateRevocationList] {
        var names = [certificate.issuer]
        for case .directory(let name) in certificate.crlDistributionPoints.flatMap(\.crlIssuer)
        where !names.contains(where: name.matches) {
            names.append(name)
        }
        return names.flatMap(evidence.lists(issuedBy:))
    }

    /// The lists of each issuer, scope and key that no other one supersedes, the latest first.
    ///
    /// Lists from the future supersede none that is not.
    private static func latest(_ lists: [Readable], now: EvidenceTime) -> [[Readable]] {
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
                guard left.list.thisUpdate == right.list.thisUpdate else {
                    return left.list.thisUpdate > right.list.thisUpdate
                }
                guard let end = right.list.nextUpdate else { return false }
                return left.list.nextUpdate.map { $0 > end } ?? true
            }
        }
    }
}

extension RevocationStatus.Cause {
    /// True when nothing but its age speaks against a statement.
    var isAboutTime: Bool {
        switch self {
        case .stale, .tooOld: true
        default: false
        }
    }
}
