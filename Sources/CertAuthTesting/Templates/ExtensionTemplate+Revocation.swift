// SPDX-License-Identifier: Apache-2.0
// Extensions that locate revocation information, and the extensions of CRLs.

package import CertAuth

extension ExtensionTemplate {
    /// cRLDistributionPoints, with one distribution point for each list of names.
    public static func crlDistributionPoints(
        _ points: [[GeneralNameTemplate]],
        critical: Bool = false
    ) -> ExtensionTemplate {
        let value = DER.sequence(points.map { DER.sequence([DER.constructed(0, [fullName($0)])]) })
        return ExtensionTemplate(.cRLDistributionPoints, critical: critical, value: value)
    }

    /// freshestCRL: the distribution points of delta CRLs.
    package static func freshestCRL(_ points: [[GeneralNameTemplate]], critical: Bool = false) -> ExtensionTemplate {
        ExtensionTemplate(.freshestCRL, critical: critical, value: crlDistributionPoints(points).value)
    }

    /// authorityInfoAccess with URIs.
    public static func authorityInformationAccess(
        ocsp: [String] = [],
        caIssuers: [String] = [],
        critical: Bool = false
    ) -> ExtensionTemplate {
        let descriptions = ocsp.map { (OID.accessOCSP, $0) } + caIssuers.map { (OID.accessCAIssuers, $0) }
        let value = DER.sequence(
            descriptions.map { DER.sequence([DER.objectIdentifier($0.0), GeneralNameTemplate.uri($0.1).encoded]) }
        )
        return ExtensionTemplate(.authorityInfoAccess, critical: critical, value: value)
    }

    /// id-pkix-ocsp-nocheck.
    package static func ocspNoCheck(critical: Bool = false) -> ExtensionTemplate {
        ExtensionTemplate(.ocspNoCheck, critical: critical, value: DER.null)
    }

    /// cRLNumber.
    package static func crlNumber(_ number: Int, critical: Bool = false) -> ExtensionTemplate {
        ExtensionTemplate(.cRLNumber, critical: critical, value: DER.integer(number))
    }

    /// deltaCRLIndicator with the number of the base CRL.
    package static func deltaCRLIndicator(baseNumber: Int, critical: Bool = true) -> ExtensionTemplate {
        ExtensionTemplate(.deltaCRLIndicator, critical: critical, value: DER.integer(baseNumber))
    }

    /// issuingDistributionPoint.
    package static func issuingDistributionPoint(
        _ point: IssuingDistributionPointTemplate,
        critical: Bool = true
    ) -> ExtensionTemplate {
        ExtensionTemplate(.issuingDistributionPoint, critical: critical, value: point.encoded)
    }

    /// reasonCode of a CRL entry.
    package static func reasonCode(_ code: Int, critical: Bool = false) -> ExtensionTemplate {
        ExtensionTemplate(.reasonCode, critical: critical, value: DER.enumerated(code))
    }

    /// invalidityDate of a CRL entry, as GeneralizedTime.
    package static func invalidityDate(_ time: Timestamp, critical: Bool = false) -> ExtensionTemplate {
        let value = TimeTemplate.generalizedTime(time).encoded
        return ExtensionTemplate(.invalidityDate, critical: critical, value: value)
    }

    /// certificateIssuer of an entry in an indirect CRL.
    package static func certificateIssuer(_ name: NameTemplate, critical: Bool = true) -> ExtensionTemplate {
        let value = DER.sequence([GeneralNameTemplate.directory(name).encoded])
        return ExtensionTemplate(.certificateIssuer, critical: critical, value: value)
    }

    fileprivate static func fullName(_ names: [GeneralNameTemplate]) -> [UInt8] {
        DER.constructed(0, names.map(\.encoded))
    }
}

/// The scope of a CRL (RFC 5280 section 5.2.5).
package struct IssuingDistributionPointTemplate: Sendable, Hashable {
    /// The full name of the distribution point; omitted if empty.
    package var names: [GeneralNameTemplate] = []
    /// Whether the CRL covers only end-entity certificates.
    package var onlyContainsUserCertificates = false
    /// Whether the CRL covers only CA certificates.
    package var onlyContainsAuthorityCertificates = false
    /// The reasons that are covered, by the bits of ReasonFlags; nil covers all.
    package var onlySomeReasons: Set<Int>?
    /// Whether entries may belong to other issuers.
    package var isIndirect = false
    /// Whether the CRL covers only attribute certificates.
    package var onlyContainsAttributeCertificates = false

    /// Creates an unlimited scope.
    package init() {}

    fileprivate var encoded: [UInt8] {
        let point = names.isEmpty ? [] : DER.constructed(0, [ExtensionTemplate.fullName(names)])
        let reasons = onlySomeReasons.map { [0x83] + DER.namedBits($0).dropFirst() } ?? []
        return DER.sequence([
            point,
            onlyContainsUserCertificates ? DER.context(1, [0xFF]) : [],
            onlyContainsAuthorityCertificates ? DER.context(2, [0xFF]) : [],
            reasons,
            isIndirect ? DER.context(4, [0xFF]) : [],
            onlyContainsAttributeCertificates ? DER.context(5, [0xFF]) : [],
        ])
    }
}
