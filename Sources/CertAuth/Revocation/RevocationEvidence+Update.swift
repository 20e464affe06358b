// SPDX-License-Identifier: Apache-2.0

/// Why an offered CRL does not replace the current one.
public struct RevocationUpdateRefusal: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// The given issuer did not sign the CRL.
        case badSignature(issuer: String)
        /// The CRL has the same thisUpdate as the current one, but not a greater number.
        case numberRolledBack(held: CRLNumber, offered: CRLNumber?)
        /// The CRL has an earlier thisUpdate than the current one.
        case olderThanHeld(held: Timestamp, offered: Timestamp)
    }

    package let reason: Reason

    package init(_ reason: Reason) { self.reason = reason }
}

extension RevocationEvidence {
    /// The maximum number of CRLs of one series and key that are kept at the same time.
    private static let mostBeside = 4

    /// The evidence in which `list` replaces its predecessor: the CRL with the same issuer, scope, kind and signing
    /// key.
    ///
    /// A CRL with an earlier thisUpdate is refused, and so is one with the same thisUpdate without a greater number.
    /// The last good CRL stays (RFC 5280 §5.2.3). A later CRL with a smaller number is kept in addition to its
    /// predecessor, because the issuer has restarted its numbers. A certificate that either of them lists is revoked.
    /// Only CRLs that `issuer` signed are compared, so a forged one has no effect.
    public func updated(
        with list: CertificateRevocationList,
        signedBy issuer: Certificate
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        try updated(with: list, signedBy: issuer, latest: nil)
    }

    /// The same operation with a known time.
    ///
    /// - Parameter latest: a CRL made after this moment is from the future. It and the other CRLs are kept at the same
    ///   time.
    func updated(
        with list: CertificateRevocationList,
        signedBy issuer: Certificate,
        latest: Timestamp?
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        guard list.issuer.isSame(as: issuer.subject), list.isSigned(by: issuer) else {
            throw RevocationUpdateRefusal(.badSignature(issuer: "\(issuer)"))
        }
        list.content.rememberAuthorized(issuer)
        return try advanced(by: list, latest: latest) { $0.isSigned(by: issuer) }
    }

    /// The same operation for a CRL whose signer is known to be authorized.
    ///
    /// - Parameters:
    ///   - latest: a CRL made after this moment is from the future. It and the other CRLs are kept at the same time.
    ///   - isOfSameSigner: whether the signer of `list` signed another CRL too.
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
        return changed(
            removing: series.filter { replaced.contains($0.fingerprint) }.map(FetchedStatement.list),
            adding: [.list(list)]
        )
    }

    private static func requireProgress(
        of list: CertificateRevocationList,
        from held: CertificateRevocationList
    ) throws(RevocationUpdateRefusal) {
        guard list.thisUpdate >= held.thisUpdate else {
            throw RevocationUpdateRefusal(.olderThanHeld(held: held.thisUpdate, offered: list.thisUpdate))
        }
        guard list.thisUpdate == held.thisUpdate, let number = held.number else { return }
        throw RevocationUpdateRefusal(.numberRolledBack(held: number, offered: list.number))
    }
}

extension RevocationUpdateRefusal: CustomStringConvertible {
    /// One line: found and expected.
    public var description: String {
        switch reason {
        case .badSignature(let issuer): "the list is not signed by \(issuer)"
        case .numberRolledBack(let held, let offered):
            "the list has \(offered.map { "number \($0)" } ?? "no number"), expected more than \(held)"
        case .olderThanHeld(let held, let offered):
            "the list has thisUpdate \(offered), expected \(held) or later"
        }
    }
}
