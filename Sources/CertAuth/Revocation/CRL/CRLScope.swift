// SPDX-License-Identifier: Apache-2.0
// Whether a CRL speaks of a certificate, and of which reasons.
//
// RFC 5280 §6.3.3 (b) and (d), point by point: the list must be issued by whom the point says, its scope must name the
// point (one name in common is enough, CRLs have several addresses), cover the kind of certificate, and what both limit
// in reasons is what it answers for. Without distribution points the certificate's issuer is the only point.
//
// A complete list of the certificate's issuer answers beside the points as well (§6.3.3, last step), also for reasons that
// no point names.
//
// Names are compared by RFC 5280 §7.1, beyond ASCII as well. Where a comparison is undecidable the list may be the
// certificate's: it revokes, and its silence proves nothing.
//
// Two deviations, both stricter. A certificate whose points all hand revocation to another issuer is not answered by
// its own issuer's silence (§6.3.3's last step would take that list). And a list that says it is indirect shows that a
// certificate with distribution points is good only through one that names the list's issuer; it revokes without.

/// The reading of one list for one certificate.
struct CRLScope {
    /// The outcome of the reading.
    enum Coverage: Equatable {
        case covers(ReasonSet)
        /// What is missing.
        case nothing(String)
    }

    let list: CertificateRevocationList
    let certificate: Certificate
    /// Whether names count as the same if the comparison is undecidable.
    private let admitsUndecidable: Bool

    /// Reads by names that are the same or, where no such reading covers the certificate, that may be the same.
    init(list: CertificateRevocationList, certificate: Certificate) {
        let exact = CRLScope(list, certificate, admitsUndecidable: false)
        let lenient = CRLScope(list, certificate, admitsUndecidable: true)
        if case .nothing = exact.coverage, case .covers = lenient.coverage {
            self = lenient
        } else {
            self = exact
        }
    }

    private init(_ list: CertificateRevocationList, _ certificate: Certificate, admitsUndecidable: Bool) {
        self.list = list
        self.certificate = certificate
        self.admitsUndecidable = admitsUndecidable
    }

    var coverage: Coverage {
        let scope = list.known.scope
        guard scope?.covers(certificate) ?? true else { return .nothing("it is for another kind of certificates") }
        guard !list.namesOtherIssuers || scope?.isIndirect == true else {
            return .nothing("its entries name issuers, but it does not say that it is indirect")
        }
        guard !certificate.crlDistributionPoints.isEmpty else { return coverageWithoutPoints }
        var reasons = ReasonSet(rawValue: 0)
        var objection = "no distribution point"
        for point in certificate.crlDistributionPoints {
            if let text = self.objection(to: point) {
                objection = text
            } else {
                reasons.formUnion(ReasonSet(point.reasons).intersection(scope?.reasons ?? .all))
            }
        }
        if certificate.crlDistributionPoints.contains(where: \.crlIssuer.isEmpty),
            case .covers(let others) = coverageWithoutPoints
        {
            reasons.formUnion(others)
        }
        reasons.formIntersection(.all)
        return reasons.isEmpty ? .nothing(objection) : .covers(reasons)
    }

    /// Why the silence of a list that covers the certificate proves nothing; nil when it does.
    var doubt: String? {
        if admitsUndecidable { return "one of its names can't be compared with that of the certificate" }
        let points = certificate.crlDistributionPoints
        guard list.known.scope?.isIndirect == true, !points.isEmpty,
            !points.contains(where: { !$0.crlIssuer.isEmpty && objection(to: $0) == nil })
        else { return nil }
        return "it is indirect, and the distribution point names no cRLIssuer"
    }

    private var coverageWithoutPoints: Coverage {
        guard isSame(list.issuer, certificate.issuer) else { return .nothing("another issuer") }
        if let name = list.known.scope?.name {
            let issuer = GeneralName.directory(certificate.issuer)
            guard names(of: name, below: list.issuer).contains(where: { isSame($0, issuer) }) else {
                return .nothing("it is for a distribution point, and the certificate names none")
            }
        }
        let reasons = (list.known.scope?.reasons ?? .all).intersection(.all)
        return reasons.isEmpty ? .nothing("it covers no reason") : .covers(reasons)
    }

    /// Why the list is not the one of `point`, nil when it is.
    private func objection(to point: CRLDistributionPoint) -> String? {
        if point.crlIssuer.isEmpty {
            // An indirect list is one too: an entry is the list issuer's own until one names another issuer.
            guard isSame(list.issuer, certificate.issuer) else { return "another issuer" }
        } else {
            let listIssuer = GeneralName.directory(list.issuer)
            guard point.crlIssuer.contains(where: { isSame($0, listIssuer) }) else {
                return "the distribution point names another cRLIssuer"
            }
            guard list.known.scope?.isIndirect == true else {
                return "the distribution point names a cRLIssuer, but the list is not indirect"
            }
        }
        guard let name = list.known.scope?.name else { return nil }
        let wanted = point.name.map { names(of: $0, below: list.issuer) } ?? point.crlIssuer
        let offered = names(of: name, below: list.issuer)
        guard offered.contains(where: { name in wanted.contains { isSame($0, name) } }) else {
            return "it is for another distribution point"
        }
        return nil
    }

    private func names(of name: CRLDistributionPoint.Name, below issuer: DistinguishedName) -> [GeneralName] {
        switch name {
        case .full(let names): return names
        case .relativeToIssuer(let relativeName):
            guard let full = issuer.appending(relativeName: relativeName) else { return [] }
            return [.directory(full)]
        }
    }

    /// RFC 5280 §7.1 to §7.5.
    private func isSame(_ left: GeneralName, _ right: GeneralName) -> Bool {
        switch (left, right) {
        case (.directory(let left), .directory(let right)): isSame(left, right)
        case (.uri(let left), .uri(let right)):
            left == right || ComparableURI(left).map { $0 == ComparableURI(right) } ?? false
        case (.dns(let left), .dns(let right)): left.lowercased() == right.lowercased()
        case (.email(let left), .email(let right)): left == right || Mailbox(left).map { $0 == Mailbox(right) } ?? false
        default: left == right
        }
    }

    private func isSame(_ left: DistinguishedName, _ right: DistinguishedName) -> Bool {
        admitsUndecidable ? left.mayMatch(right) : left.isSame(as: right)
    }
}

extension DistinguishedName {
    /// The name one level below, by the contents octets of a RelativeDistinguishedName; nil when those are malformed.
    func appending(relativeName contents: [UInt8]) -> DistinguishedName? {
        var reader = DERReader(derEncoded)
        guard let own = try? reader.value(DERTag.sequence).contents else { return nil }
        let joined = DERWriter.value(DERTag.sequence, own + DERWriter.value(DERTag.set, contents))
        return try? DistinguishedName(derEncoded: joined)
    }
}
