// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// A certificate revocation list (RFC 5280 §5). It is parsed, but not trusted: its signature is verified with an
/// issuer's key, once for each key, and the result is cached. Copies share their storage.
public struct CertificateRevocationList: Sendable {
    /// One revoked certificate.
    public struct Entry: Sendable, Hashable {
        /// The moment of the revocation. Even if it is in the future, the certificate counts as revoked.
        package let revocationDate: Timestamp
        /// The CRLReason; nil if the CRL gives none.
        package let reason: Int?

        /// removeFromCRL: by a delta CRL, the certificate is no longer revoked.
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

    /// Parses exactly one DER CRL.
    ///
    /// - Throws: `CertificateError` naming the first violation.
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

    /// The CRL's DER.
    package var derEncoded: [UInt8] { storage.derEncoded }
    /// The issuer of the CRL.
    public var issuer: DistinguishedName { storage.fields.issuer }
    /// When the CRL was issued.
    public var thisUpdate: Timestamp { storage.fields.thisUpdate }
    /// When the next CRL is issued at the latest; nil if the issuer does not say.
    public var nextUpdate: Timestamp? { storage.fields.nextUpdate }
    /// All extensions of the CRL.
    package var extensions: [CertificateExtension] { storage.fields.extensions }
    /// SHA-256 of the DER.
    package var fingerprint: Thumbprint { storage.fingerprint }
    /// The CRL's number; nil if the issuer gives none.
    package var number: CRLNumber? { storage.known.number }
    /// For a delta CRL, the number of the complete CRL that it updates; nil for a complete CRL.
    package var baseNumber: CRLNumber? { storage.known.baseNumber }
    /// Which certificates the CRL covers, as text that is safe to print; nil without an issuingDistributionPoint.
    package var scopeText: String? {
        guard let scope = storage.known.scope else { return nil }
        let kind =
            switch scope.kind {
            case .any: "all certificates"
            case .userCertificates: "only end-entity certificates"
            case .authorityCertificates: "only CA certificates"
            case .attributeCertificates: "only attribute certificates"
            }
        var parts = [kind]
        if scope.reasons != nil { parts.append("only some reasons") }
        if scope.isIndirect { parts.append("indirect") }
        if case .full(let names)? = scope.name { parts += names.map(\.description) }
        return parts.joined(separator: ", ")
    }
    /// Whether this is a delta CRL, which only updates a complete one (RFC 5280 §5.2.4).
    package var isDelta: Bool { storage.known.baseNumber != nil }
    /// The number of entries.
    public var count: Int { storage.table.count }

    /// The entry for a serial number of the CRL's own issuer; nil if it is not listed.
    public func entry(for serialNumber: SerialNumber) -> Entry? { entry(for: serialNumber, issuedBy: issuer) }

    /// The entry for a serial number of `certificateIssuer`. The entries of an indirect CRL may name other issuers than
    /// its own.
    package func entry(for serialNumber: SerialNumber, issuedBy certificateIssuer: DistinguishedName) -> Entry? {
        storage.table.location(serialNumber.bytes, issuer: certificateIssuer, in: storage.derEncoded).map(entry(at:))
    }

    /// All listed serial numbers with their entries, ordered by the numbers' bytes. For display only; it is too slow
    /// for lookups.
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
        // Parsing the CRL checked the form of the date, but not the calendar. An impossible date revokes too.
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
    /// Nil if CertAuth cannot verify such signatures.
    var signatureAlgorithm: SignatureAlgorithm? { storage.content.algorithm }

    /// Whether `issuer`'s key verifies the signature. Whether the issuer may sign CRLs is not checked.
    func isSigned(by issuer: Certificate) -> Bool { storage.content.isSigned(by: issuer) }

    /// The signed content, with what is known about its signers.
    var content: SignedContent { storage.content }
}
