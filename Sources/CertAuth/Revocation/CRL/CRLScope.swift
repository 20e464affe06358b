// SPDX-License-Identifier: Apache-2.0
// Decides whether a CRL covers a certificate, and for which reasons.
//
// This implements RFC 5280 §6.3.3 (b) and (d). The CRL must be issued by the issuer that the distribution point names.
// Its scope must name the distribution point; one common name is enough, because CRLs have several addresses. It must
// cover the kind of certificate. It answers for the reasons that the scope and the distribution point have in common. A
// certificate without distribution points is treated as if its issuer were the only one.
//
// A complete CRL of the certificate's issuer answers in addition to the distribution points (§6.3.3, last step), also
// for reasons that no distribution point names.
//
// Names are compared by RFC 5280 §7.1, including non-ASCII text. If a comparison is undecidable, the CRL may be about
// the certificate: its entries revoke, but the absence of an entry proves nothing.
//
// Two deviations are stricter than the RFC. If all distribution points of a certificate name another CRL issuer, a CRL
// of the certificate's own issuer does not show that it is good (§6.3.3's last step would accept that CRL). And an
// indirect CRL shows that a certificate with distribution points is good only if a distribution point names the CRL's
// issuer. Without that, it can only revoke.

/// The scope of one CRL as it applies to one certificate.
struct CRLScope {
    /// Which reasons the CRL covers.
    enum Coverage: Equatable {
        case covers(ReasonSet)
        /// The CRL does not cover the certificate: what is missing.
        case nothing(String)
    }

    let list: CertificateRevocationList
    let certificate: Certificate
    /// Whether names count as the same if the comparison is undecidable.
    private let admitsUndecidable: Bool

    /// Compares names exactly. If the CRL then does not cover the certificate, undecidable comparisons count as the
    /// same.
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

    /// Why the absence of an entry in a covering CRL proves nothing; nil if it shows that the certificate is good.
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

    /// Why the CRL does not belong to `point`; nil if it does.
    private func objection(to point: CRLDistributionPoint) -> String? {
        if point.crlIssuer.isEmpty {
            // An indirect CRL is accepted too: an entry belongs to the CRL's issuer until an entry names another
            // issuer.
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

    /// Compares names by RFC 5280 §7.1 to §7.5.
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
    /// The name one level below, for the contents octets of a RelativeDistinguishedName. Nil if those are malformed.
    func appending(relativeName contents: [UInt8]) -> DistinguishedName? {
        var reader = DERReader(derEncoded)
        guard let own = try? reader.value(DERTag.sequence).contents else { return nil }
        let joined = DERWriter.value(DERTag.sequence, own + DERWriter.value(DERTag.set, contents))
        return try? DistinguishedName(derEncoded: joined)
    }
}
