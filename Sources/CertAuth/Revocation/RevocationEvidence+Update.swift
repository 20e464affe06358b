// SPDX-License-Identifier: Apache-2.0
// Newer lists take the place of older ones, never the other way round.

/// Why an offered list does not replace the one at hand.
public enum RevocationUpdateRefusal: Error, Sendable, Hashable {
    /// The given issuer did not sign it.
    case badSignature(issuer: String)
    /// It was made at the same time as the one at hand, and its number is not greater.
    case numberRolledBack(held: CRLNumber, offered: CRLNumber?)
    /// It was made before the one at hand.
    case olderThanHeld(held: Timestamp, offered: Timestamp)
}

extension RevocationEvidence {
    /// The most lists of one series and key that are held beside each other.
    private static let mostBeside = 4

    /// The evidence with `list` in the place of its predecessor: same issuer, scope and kind, signed by the same key.
    ///
    /// A list whose time goes back is refused, and one of the same time whose number does not grow, so that the last
    /// good one stays (RFC 5280 §5.2.3). A later list with a smaller number is held beside its predecessor: the issuer
    /// has begun its numbers again, and a certificate that either of them lists is revoked. Only lists that `issuer`
    /// signed are compared, so that a forged one blocks nothing.
    public func updated(
        with list: CertificateRevocationList,
        signedBy issuer: Certificate
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        try updated(with: list, signedBy: issuer, latest: nil)
    }

    /// The same where the time is known.
    ///
    /// - Parameter latest: a list made after this moment is from the future: it and the others are held beside each other.
    func updated(
        with list: CertificateRevocationList,
        signedBy issuer: Certificate,
        latest: Timestamp?
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        guard list.issuer.isSame(as: issuer.subject), list.isSigned(by: issuer) else {
            throw .badSignature(issuer: "\(issuer)")
        }
        list.content.rememberAuthorized(issuer)
        return try advanced(by: list, latest: latest) { $0.isSigned(by: issuer) }
    }

    /// The same for a list whose signer is known to be authorized.
    ///
    /// - Parameters:
    ///   - latest: a list made after this moment is from the future: it and the others are held beside each other.
    ///   - isOfSameSigner: whether the signer of `list` signed another list too.
    func advanced(
        by list: CertificateRevocationList,
        latest: Timestamp?,
        isOfSameSigner: (CertificateRevocationList) -> Bool
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        let series = lists(issuedBy: list.issuer).filter { $0.isOfSeries(of: list) && isOfSameSigner($0) }
        let isFuture = { (list: CertificateRevocationList) in latest.map { list.thisUpdate > $0 } ?? false }
        var replaced: Set<Thumbprint> = []
        for held in series where isFuture(held) == isFuture(list) {
            switch list.order(comparedTo: held) {
            case .same, .newer: replaced.insert(held.fingerprint)
            case .older, .beside: try Self.requireProgress(of: list, from: held)
            }
        }
        let beside = series.filter { !replaced.contains($0.fingerprint) }.sorted { first, second in
            let isLater = first.thisUpdate > second.thisUpdate
            return isFuture(first) == isFuture(second) ? isLater : isFuture(second)
        }
        replaced.formUnion(beside.dropFirst(Self.mostBeside - 1).map(\.fingerprint))
        return RevocationEvidence(
            revocationLists: revocationLists.filter { !replaced.contains($0.fingerprint) } + [list],
            ocspResponses: ocspResponses,
            signerCertificates: signerCertificates,
            failures: failures
        )
    }

    private static func requireProgress(
        of list: CertificateRevocationList,
        from held: CertificateRevocationList
    ) throws(RevocationUpdateRefusal) {
        guard list.thisUpdate >= held.thisUpdate else {
            throw .olderThanHeld(held: held.thisUpdate, offered: list.thisUpdate)
        }
        guard list.thisUpdate == held.thisUpdate, let number = held.number else { return }
        throw .numberRolledBack(held: number, offered: list.number)
    }
}

extension RevocationUpdateRefusal: CustomStringConvertible {
    /// One line: found and expected.
    public var description: String {
        switch self {
        case .badSignature(let issuer): "the list is not signed by \(issuer)"
        case .numberRolledBack(let held, let offered):
            "the list has \(offered.map { "number \($0)" } ?? "no number"), expected more than \(held)"
        case .olderThanHeld(let held, let offered): "the list is of \(offered), the one at hand of \(held)"
        }
    }
}
