// SPDX-License-Identifier: Apache-2.0
// Which of two lists of one series is the later one.
//
// RFC 5280 §5.2.3 lets numbers only grow, and thisUpdate grows with them. An issuer that was restored from a backup may
// begin its numbers again, so that the two disagree. Then neither list supersedes the other: a certificate that either
// of them lists is revoked, and a list that is stale does not push out one that is current.

/// How a list relates to another one of the same issuer, scope, kind and key.
enum CRLOrder: Sendable {
    /// The same bytes.
    case same
    /// Made later, and its number is not smaller.
    case newer
    /// Made earlier, and its number is not greater.
    case older
    /// Number and time disagree, or the two are one edition in other bytes.
    case beside
}

extension CertificateRevocationList {
    /// Whether `other` has the same issuer, scope and kind. Lists of different keys number independently.
    func isOfSeries(of other: CertificateRevocationList) -> Bool {
        isDelta == other.isDelta && known.encodedScope == other.known.encodedScope && issuer.isSame(as: other.issuer)
    }

    /// What all lists of one series have in common.
    struct Series: Hashable {
        private let isDelta: Bool
        private let scope: [UInt8]
        private let issuer: NameKey

        init(of list: CertificateRevocationList) {
            isDelta = list.isDelta
            scope = list.known.encodedScope
            issuer = NameKey(list.issuer)
        }
    }

    /// How this list relates to `other`, which is of the same series and key.
    func order(comparedTo other: CertificateRevocationList) -> CRLOrder {
        guard fingerprint != other.fingerprint else { return .same }
        guard thisUpdate != other.thisUpdate else {
            guard let number, let held = other.number, number != held else { return .beside }
            return number > held ? .newer : .older
        }
        let isLater = thisUpdate > other.thisUpdate
        let (early, late) = isLater ? (other.number, number) : (number, other.number)
        if let early, late.map({ $0 < early }) ?? true { return .beside }
        return isLater ? .newer : .older
    }
}
