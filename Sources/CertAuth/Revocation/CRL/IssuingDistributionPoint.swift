// SPDX-License-Identifier: Apache-2.0

/// The issuingDistributionPoint extension (RFC 5280 §5.2.5): which certificates a CRL covers.
struct IssuingDistributionPoint: Sendable, Hashable {
    /// The kinds of certificates that are covered.
    enum Kind: Sendable, Hashable {
        case any, userCertificates, authorityCertificates, attributeCertificates
    }

    let name: CRLDistributionPoint.Name?
    let kind: Kind
    /// Nil for all reasons.
    let reasons: ReasonSet?
    let isIndirect: Bool

    init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        var fields = try reader.constructed()
        try reader.finish()
        guard !fields.isAtEnd else { throw DERError(.invalidValue("a scope that says nothing"), at: 0) }
        name = try fields.optional(DERTag.contextConstructed(0)).map { wrapper throws(DERError) in
            try CRLDistributionPoint.Name(wrapper)
        }
        let isForUsers = try Self.flag(1, &fields)
        let isForAuthorities = try Self.flag(2, &fields)
        reasons = try fields.optional(DERTag.context(3)).map { flags throws(DERError) in
            ReasonSet(rawValue: try CRLDistributionPoint.reasons(flags))
        }
        isIndirect = try Self.flag(4, &fields)
        let isForAttributes = try Self.flag(5, &fields)
        try fields.finish()
        let kinds: [(Bool, Kind)] = [
            (isForUsers, .userCertificates), (isForAuthorities, .authorityCertificates),
            (isForAttributes, .attributeCertificates),
        ]
        let chosen = kinds.filter(\.0).map(\.1)
        guard chosen.count <= 1 else {
            throw DERError(.invalidValue("a scope of more than one kind of certificates alone"), at: 0)
        }
        kind = chosen.first ?? .any
    }

    /// Parses a BOOLEAN DEFAULT FALSE. DER encodes it only if it is true.
    private static func flag(_ number: UInt8, _ fields: inout DERReader) throws(DERError) -> Bool {
        guard let value = try fields.optional(DERTag.context(number)) else { return false }
        guard try DERReader.boolean(value) else {
            throw DERError(.invalidValue("a default value that is written out"), at: value.encoding.startIndex)
        }
        return true
    }

    /// Whether certificates like `certificate` are covered (RFC 5280 §6.3.3 (b)(2)).
    func covers(_ certificate: Certificate) -> Bool {
        let isAuthority = certificate.basicConstraints?.isCertificateAuthority ?? false
        return switch kind {
        case .any: true
        case .userCertificates: !isAuthority
        case .authorityCertificates: isAuthority
        case .attributeCertificates: false
        }
    }
}
