// SPDX-License-Identifier: Apache-2.0
// The proof behind a status.

extension RevocationStatus {
    /// What a status rests on: one signed statement, or several that complete each other.
    public struct Evidence: Sendable, Hashable {
        /// What kind of statement.
        public enum Source: Sendable, Hashable {
            /// A CRL with its number, and with the number of the delta list that amends it.
            case crl(number: CRLNumber?, delta: CRLNumber?)
            /// An OCSP response: the subject of the certificate that signed it, and when it was made.
            case ocsp(responder: DistinguishedName, producedAt: Timestamp)
        }

        /// What kind of statement.
        public let source: Source
        /// Who signed the CRL, or whose certificates the responder answers for.
        public let issuer: DistinguishedName
        /// When what it says was true.
        public let thisUpdate: Timestamp
        /// Until when it speaks, by its own words.
        public let nextUpdate: Timestamp?
        /// The last moment at which the policy takes it; nil without end.
        package let usableUntil: Timestamp?
        /// SHA-256 of its DER.
        package let fingerprint: Thumbprint
        /// Further statements that were needed: lists of other reasons, or of a second kind of source.
        package internal(set) var others: [Evidence] = []
    }
}

extension RevocationStatus.Evidence {
    init(_ list: CertificateRevocationList, delta: CertificateRevocationList?, usableUntil: Timestamp?) {
        self.init(
            source: .crl(number: list.number, delta: delta?.number),
            issuer: list.issuer,
            thisUpdate: max(list.thisUpdate, delta?.thisUpdate ?? list.thisUpdate),
            nextUpdate: [list.nextUpdate, delta?.nextUpdate].compactMap { $0 }.min(),
            usableUntil: usableUntil,
            fingerprint: list.fingerprint
        )
    }

    /// The same with `evidence` beside it.
    func joined(with evidence: RevocationStatus.Evidence) -> RevocationStatus.Evidence {
        var joined = self
        joined.others += [evidence]
        return joined
    }

    /// The earliest end of all statements.
    var end: Timestamp? { ([usableUntil] + others.map(\.end)).compactMap { $0 }.min() }

    /// The oldest statement's time.
    var age: Timestamp { others.map(\.age).reduce(thisUpdate, min) }
}

extension RevocationStatus.Evidence: CustomStringConvertible {
    /// `CRL 17 of CN=… of 2026-11-23T00:00:00Z`, and the others behind it.
    public var description: String {
        let own =
            switch source {
            case .crl(let number, let delta):
                "CRL\(number.map { " \($0)" } ?? "")\(delta.map { " with delta \($0)" } ?? "") of "
                    + "\(DisplayText.escaped(issuer.rfc4514)) of \(thisUpdate)"
            case .ocsp(let responder, let producedAt):
                "OCSP response of \(DisplayText.escaped(responder.rfc4514)) of \(producedAt)"
            }
        return others.isEmpty ? own : own + " and " + others.map(\.description).joined(separator: ", ")
    }
}
