// SPDX-License-Identifier: Apache-2.0
// A CRL: who signed it, for when it speaks, and whom it lists.

internal import CertAuthOpenSSL

/// A certificate revocation list (RFC 5280 §5), read but not trusted: its signature is checked against an issuer's key,
/// once for each key, and remembered. Copies share one storage.
public struct CertificateRevocationList: Sendable {
    /// One revoked certificate.
    public struct Entry: Sendable, Hashable {
        /// From when on; a list may name a moment in the future, the certificate counts as revoked all the same.
        package let revocationDate: Timestamp
        /// The CRLReason, nil when the list gives none.
        package let reason: Int?

        /// removeFromCRL: in a delta list, the certificate is no longer revoked.
        static let removalReason: UInt8 = 8
        static let holdReason = 6
    }

    private final class Storage: Sendable {
        let derEncoded: [UInt8]
        let fields: CRLFields
        let known: CRLExtensions
        let table: CRLEntryTable
        let content: SignedContent
        let fingerprint: Thumbprint

        init(derEncoded: [UInt8], fields: CRLFields, known: CRLExtensions, table: CRLEntryTable, digest: [UInt8]) {
            self.derEncoded = derEncoded
            self.fields = fields
            self.known = known
            self.table = table
            content = SignedContent(
                bytes: derEncoded,
                signed: fields.signed,
                algorithm: fields.algorithm,
                signature: fields.signature
            )
            fingerprint = Thumbprint(algorithm: .sha256, bytes: digest)
        }
    }

    private let storage: Storage

    /// Reads exactly one DER CRL.
    ///
    /// - Throws: `CertificateError` naming the first breach.
    public init(derEncoded: [UInt8]) throws(CertificateError) {
        let fields: CRLFields
        let table: CRLEntryTable
        do throws(DERError) {
            fields = try CRLFields(derEncoded: derEncoded)
            table = try CRLEntryTable(derEncoded, entries: fields.entries, listIssuer: fields.issuer)
            guard fields.version == 2 || !table.hasExtensions else {
                throw DERError(.invalidValue("entry extensions in a version 1 CRL"), at: fields.entries.lowerBound)
            }
        } catch {
            throw .malformed(error)
        }
        let known = try CRLExtensions(fields.extensions)
        let digest: [UInt8]
        do throws(OpenSSLError) {
            digest = try DigestAlgorithm.sha256.digest(derEncoded)
        } catch {
            throw .refusedByOpenSSL("\(error)")
        }
        storage = Storage(derEncoded: derEncoded, fields: fields, known: known, table: table, digest: digest)
    }

    /// The list's DER.
    public var derEncoded: [UInt8] { storage.derEncoded }
    /// Who signed it.
    public var issuer: DistinguishedName { storage.fields.issuer }
    /// When it was made.
    public var thisUpdate: Timestamp { storage.fields.thisUpdate }
    /// When the next one will be there at the latest; nil where the issuer does not say.
    public var nextUpdate: Timestamp? { storage.fields.nextUpdate }
    /// Every extension of the list.
    package var extensions: [CertificateExtension] { storage.fields.extensions }
    /// SHA-256 of the DER.
    package var fingerprint: Thumbprint { storage.fingerprint }
    /// Its number; nil where the issuer gives none.
    public var number: CRLNumber? { storage.known.number }
    /// The number of the complete list that this one only amends; nil for a complete list.
    package var baseNumber: CRLNumber? { storage.known.baseNumber }
    /// True for a list that only amends a complete one (RFC 5280 §5.2.4).
    package var isDelta: Bool { storage.known.baseNumber != nil }
    /// How many certificates it lists.
    public var count: Int { storage.table.count }

    /// The entry for a serial number of the list's own issuer, nil when it is not listed.
    public func entry(for serialNumber: SerialNumber) -> Entry? { entry(for: serialNumber, issuedBy: issuer) }

    /// The entry for a serial number of `certificateIssuer`, which an indirect list may name in its entries.
    package func entry(for serialNumber: SerialNumber, issuedBy certificateIssuer: DistinguishedName) -> Entry? {
        storage.table.location(serialNumber.bytes, issuer: certificateIssuer, in: storage.derEncoded).map(entry(at:))
    }

    /// Every listed serial number with its entry, in the order of the numbers' bytes; for display, not for look-ups.
    package var listedEntries: [(serialNumber: SerialNumber, entry: Entry)] {
        let der = storage.derEncoded
        var listed: [(serialNumber: SerialNumber, entry: Entry)] = []
        var position = storage.fields.entries.lowerBound
        while position < storage.fields.entries.upperBound {
            guard let found = try? CRLEntryScanner.next(der.span, at: &position, end: der.count) else { break }
            listed.append((SerialNumber(bytes: der[found.serialNumber]), entry(at: found)))
        }
        return listed.sorted { $0.serialNumber.bytes.lexicographicallyPrecedes($1.serialNumber.bytes) }
    }

    private func entry(at found: CRLEntryLocation) -> Entry {
        // The form of the date was checked when the list was read, its calendar was not; an impossible one revokes too.
        var reader = DERReader(storage.derEncoded[found.date])
        let date = (try? reader.time()) ?? thisUpdate
        return Entry(revocationDate: date, reason: found.reason.map(Int.init))
    }

    var version: Int { storage.fields.version }
    var hasEmptyEntryList: Bool { storage.fields.hasEmptyEntryList }
    var known: CRLExtensions { storage.known }
    var namesOtherIssuers: Bool { storage.table.namesIssuers }
    /// A critical extension that CertAuth does not know, of the list or of an entry.
    var unknownCriticalExtension: OID? { known.objectionable ?? storage.table.unknownCriticalExtension }
    /// Nil when CertAuth can't check such signatures.
    var signatureAlgorithm: SignatureAlgorithm? { storage.content.algorithm }

    /// True when `issuer`'s key verifies the signature; whether the issuer may sign CRLs is not looked at.
    func isSigned(by issuer: Certificate) -> Bool { storage.content.isSigned(by: issuer) }

    /// The signature, and what is known of its signers.
    var content: SignedContent { storage.content }
}
