// SPDX-License-Identifier: Apache-2.0

extension RevocationStatus {
    /// The basis of a status: one signed statement, or several that complement each other.
    public struct Evidence: Sendable, Hashable {
        /// The kind of a statement.
        package enum Source: Sendable, Hashable {
            /// A CRL: its number, and the number of the delta CRL that updates it.
            case crl(number: CRLNumber?, delta: CRLNumber?)
            /// An OCSP response: the subject of its signer's certificate, and producedAt.
            case ocsp(responder: DistinguishedName, producedAt: Timestamp)
        }

        /// The kind of the statement.
        package let source: Source
        /// The issuer of the CRL, or of the certificates that the responder answers for.
        package let issuer: DistinguishedName
        /// When the statement was known to be correct.
        package let thisUpdate: Timestamp
        /// When the statement itself expires.
        package let nextUpdate: Timestamp?
        /// The last moment at which the policy accepts the statement; nil for no limit.
        package let usableUntil: Timestamp?
        /// SHA-256 of the statement's DER.
        package let fingerprint: Thumbprint
        /// Further required statements: CRLs for other reasons, or of the second kind of source.
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

    /// This evidence together with `evidence`.
    func joined(with evidence: RevocationStatus.Evidence) -> RevocationStatus.Evidence {
        var joined = self
        joined.others += [evidence]
        return joined
    }

    /// The earliest end of all statements.
    var end: Timestamp? { ([usableUntil] + others.map(\.end)).compactMap { $0 }.min() }

    /// The thisUpdate of the oldest statement.
    var age: Timestamp { others.map(\.age).reduce(thisUpdate, min) }
}

extension RevocationStatus.Evidence: CustomStringConvertible {
    /// `CRL 17 of CN=… of 2026-11-23T00:00:00Z`, followed by the other statements.
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
