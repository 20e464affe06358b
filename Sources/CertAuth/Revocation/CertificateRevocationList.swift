// SPDX-License-Identifier: Apache-2.0
// A CRL: who signed it, for when it speaks, and whom it lists.

internal import CertAuthOpenSSL

/// A certificate revocation list (RFC 5280 §5), read but not trusted: its signature is checked against an issuer's key.
public struct CertificateRevocationList: Sendable {
    /// One revoked certificate.
    public struct Entry: Sendable, Hashable {
        /// From when on; a list may name a moment in the future, the certificate counts as revoked all the same.
        public let revocationDate: Timestamp
        /// The CRLReason, nil when the list gives none.
        public let reason: Int?
    }

    /// The list's DER.
    public let derEncoded: [UInt8]
    /// Who signed it.
    public let issuer: DistinguishedName
    /// When it was made.
    public let thisUpdate: Timestamp
    /// When the next one will be there at the latest; nil where the issuer does not say.
    public let nextUpdate: Timestamp?
    /// Every extension of the list.
    public let extensions: [CertificateExtension]
    /// SHA-256 of the DER.
    public let fingerprint: Thumbprint

    private let entries: [SerialNumber: Entry]
    private let signedList: X509RevocationList
    /// True when some entry is about another issuer's certificate, which makes the list indirect.
    let namesOtherIssuers: Bool

    /// Reads exactly one DER CRL.
    ///
    /// - Throws: `CertificateError` naming the first breach.
    public init(derEncoded: [UInt8]) throws(CertificateError) {
        let fields = try CRLFields(derEncoded: derEncoded)
        do throws(OpenSSLError) {
            signedList = try X509RevocationList(der: derEncoded)
            fingerprint = Thumbprint(algorithm: .sha256, bytes: try DigestAlgorithm.sha256.digest(derEncoded))
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
        self.derEncoded = derEncoded
        issuer = fields.issuer
        thisUpdate = fields.thisUpdate
        nextUpdate = fields.nextUpdate
        extensions = fields.extensions
        entries = fields.entries
        namesOtherIssuers = fields.namesOtherIssuers
    }

    /// True when `issuer`'s key verifies the signature; whether the issuer may sign CRLs is not looked at.
    func isSigned(by issuer: Certificate) -> Bool { signedList.isSigned(by: issuer.handle) }

    /// How many certificates it lists.
    public var count: Int { entries.count }

    /// Every listed serial number with its entry, in the order of the numbers' bytes.
    package var listedEntries: [(serialNumber: SerialNumber, entry: Entry)] {
        entries.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }.map { ($0.key, $0.value) }
    }

    /// The entry for a serial number, nil when it is not listed.
    public func entry(for serialNumber: SerialNumber) -> Entry? { entries[serialNumber] }
}
