// SPDX-License-Identifier: Apache-2.0

/// The decoded extensions of a CRL (RFC 5280 §5.2).
struct CRLExtensions: Sendable {
    private(set) var number: CRLNumber?
    /// The number of the complete CRL that a delta CRL builds on.
    private(set) var baseNumber: CRLNumber?
    private(set) var scope: IssuingDistributionPoint?
    /// The DER of the scope. CRLs of the same scope have the same DER.
    private(set) var encodedScope: [UInt8] = []
    private(set) var authorityKeyIdentifier: AuthorityKeyIdentifier?
    private(set) var freshestLists: [CRLDistributionPoint] = []
    /// The first critical extension that is unknown, or that RFC 5280 forbids to be critical.
    private(set) var objectionable: OID?

    init(_ extensions: [CertificateExtension]) throws(CertificateError) {
        var seen: Set<OID> = []
        for entry in extensions {
            guard seen.insert(entry.identifier).inserted else { throw .duplicateExtension(entry.identifier) }
            do throws(DERError) {
                try read(entry)
            } catch {
                throw .malformedExtension(entry.identifier, error)
            }
        }
        if baseNumber != nil && number == nil {
            throw .malformedExtension(
                .deltaCRLIndicator,
                DERError(.invalidValue("a delta list without a number of its own"), at: 0)
            )
        }
    }

    private mutating func read(_ entry: CertificateExtension) throws(DERError) {
        switch entry.identifier {
        case .cRLNumber: number = try CRLNumber(extensionValue: entry.value)
        case .deltaCRLIndicator: baseNumber = try CRLNumber(extensionValue: entry.value)
        case .issuingDistributionPoint:
            scope = try IssuingDistributionPoint(extensionValue: entry.value)
            encodedScope = entry.value
        case .authorityKeyIdentifier:
            authorityKeyIdentifier = try AuthorityKeyIdentifier(extensionValue: entry.value)
        case .freshestCRL: freshestLists = try CRLDistributionPoint.list(extensionValue: entry.value)
        default: break
        }
        let mayBeCritical = entry.identifier == .deltaCRLIndicator || entry.identifier == .issuingDistributionPoint
        if entry.isCritical, !mayBeCritical, objectionable == nil { objectionable = entry.identifier }
    }
}
