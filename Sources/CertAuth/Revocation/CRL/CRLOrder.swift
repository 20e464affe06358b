// SPDX-License-Identifier: Apache-2.0
// Decides which of two CRLs of one series is the later one.
//
// By RFC 5280 §5.2.3, numbers only grow, and thisUpdate grows with them. An issuer that was restored from a backup may
// restart its numbers, so that number and time disagree. Then neither CRL supersedes the other: a certificate that
// either of them lists is revoked, and a stale CRL does not displace a current one.

/// How a CRL relates to another one of the same issuer, scope, kind and key.
enum CRLOrder: Sendable {
    /// Both have the same bytes.
    case same
    /// It has a later thisUpdate and not a smaller number.
    case newer
    /// It has an earlier thisUpdate and not a greater number.
    case older
    /// Number and time disagree, or both are the same edition with different bytes.
    case beside
}

extension CertificateRevocationList {
    /// Whether `other` has the same issuer, scope and kind. CRLs of different keys are numbered independently.
    func isOfSeries(of other: CertificateRevocationList) -> Bool {
        isDelta == other.isDelta && known.encodedScope == other.known.encodedScope && issuer.isSame(as: other.issuer)
    }

    /// The common properties of all CRLs of one series.
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

    /// How this CRL relates to `other`, which has the same series and key.
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
