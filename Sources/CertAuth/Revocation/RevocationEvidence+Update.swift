// SPDX-License-Identifier: Apache-2.0
// Newer lists take the place of older ones, never the other way round.

/// Why an offered list does not replace the one at hand.
public enum RevocationUpdateRefusal: Error, Sendable, Hashable {
    /// The given issuer did not sign it.
    case badSignature(issuer: String)
    /// Its number is smaller than the one at hand, or equal under other bytes.
    case numberRolledBack(held: CRLNumber, offered: CRLNumber?)
    /// It was made before the one at hand.
    case olderThanHeld(held: Timestamp, offered: Timestamp)
}

extension RevocationEvidence {
    /// The evidence with `list` in the place of its predecessor: same issuer, scope and kind, signed by the same key.
    ///
    /// A list whose number or time goes back is refused, so that the last good one stays (RFC 5280 §5.2.3: numbers of
    /// one issuer and scope only grow). Only lists that `issuer` signed are compared, so that a forged one blocks
    /// nothing.
    public func updated(
        with list: CertificateRevocationList,
        signedBy issuer: Certificate
    ) throws(RevocationUpdateRefusal) -> RevocationEvidence {
        guard list.issuer.matches(issuer.subject), list.isSigned(by: issuer) else {
            throw .badSignature(issuer: "\(issuer)")
        }
        let predecessors = lists(issuedBy: list.issuer).filter {
            $0.isDelta == list.isDelta && $0.known.encodedScope == list.known.encodedScope && $0.isSigned(by: issuer)
        }
        for held in predecessors where held.fingerprint != list.fingerprint {
            if let number = held.number, list.number.map({ $0 <= number }) ?? true {
                throw .numberRolledBack(held: number, offered: list.number)
            }
            guard list.thisUpdate >= held.thisUpdate else {
                throw .olderThanHeld(held: held.thisUpdate, offered: list.thisUpdate)
            }
        }
        let replaced = Set(predecessors.map(\.fingerprint))
        return RevocationEvidence(
            revocationLists: revocationLists.filter { !replaced.contains($0.fingerprint) } + [list],
            ocspResponses: ocspResponses,
            signerCertificates: signerCertificates,
            failures: failures
        )
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
