// SPDX-License-Identifier: Apache-2.0
// What the CRLs at hand say of one certificate.
//
// Of all lists that a distribution point of the certificate admits and whose signer is trusted, the newest of each scope
// counts, amended by its delta list. Listed means revoked, also in a list that is old or from the future: an authentic
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
        for scope in Self.newest(bases, now: EvidenceTime(context)) {
            let deltas = read.filter { $0.list.isDelta && $0.amends(scope) }
            let reading = CRLReading(
                base: scope.list,
                signer: scope.signer,
                deltas: deltas.map(\.list),
                certificate: certificate,
                context
            )
            if let entry = reading.revocation {
                answer.verdict = .revoked(at: entry.revocationDate, reason: entry.reason, reading.evidence)
                return answer
            }
            if let objection = reading.objection {
                answer.causes.append(objection)
                if objection.isAboutTime { answer.remember(reading.evidence) }
                continue
            }
            covered.formUnion(scope.reasons)
            proof = proof?.joined(with: reading.evidence) ?? reading.evidence
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

    /// The newest list of each issuer and scope; lists from the future don't push others aside.
    private static func newest(_ lists: [Readable], now: EvidenceTime) -> [Readable] {
        var kept: [Readable] = []
        for candidate in lists {
            let rival = kept.firstIndex {
                $0.list.issuer.matches(candidate.list.issuer)
                    && $0.list.known.encodedScope == candidate.list.known.encodedScope
                    // Lists of different keys number independently: none of them makes another's entries old.
                    && $0.signer.publicKey.derEncoded == candidate.signer.publicKey.derEncoded
            }
            guard let rival else {
                kept.append(candidate)
                continue
            }
            if isNewer(candidate.list, than: kept[rival].list, now: now) { kept[rival] = candidate }
        }
        return kept
    }

    private static func isNewer(
        _ list: CertificateRevocationList,
        than other: CertificateRevocationList,
        now: EvidenceTime
    ) -> Bool {
        let isFuture = now.isFuture(list.thisUpdate)
        guard isFuture == now.isFuture(other.thisUpdate) else { return !isFuture }
        if let number = list.number, let held = other.number, number != held { return number > held }
        guard list.thisUpdate == other.thisUpdate else { return list.thisUpdate > other.thisUpdate }
        // The same edition, signed again with a later end.
        guard let end = list.nextUpdate, let held = other.nextUpdate else { return other.nextUpdate == nil }
        return end > held
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
