// SPDX-License-Identifier: Apache-2.0
// The fields of a certificate, read by our own parser; OpenSSL reads the same bytes for signatures and paths.

/// What stands in a certificate's DER (RFC 5280 §4.1).
struct CertificateFields: Sendable {
    /// 1, 2 or 3 for the versions RFC 5280 knows; others as encoded plus one.
    let version: Int
    let serialNumber: SerialNumber
    let innerSignatureAlgorithm: AlgorithmIdentifier
    let issuer: DistinguishedName
    let validity: Validity
    let subject: DistinguishedName
    let publicKey: PublicKeyInfo
    let hasUniqueIdentifiers: Bool
    let extensions: [CertificateExtension]
    let outerSignatureAlgorithm: AlgorithmIdentifier
    let signature: [UInt8]
    let known: KnownExtensions

    init(derEncoded: [UInt8], unread: Set<OID> = []) throws(CertificateError) {
        do throws(DERError) {
            var reader = DERReader(derEncoded)
            var outer = try reader.constructed()
            try reader.finish()
            var fields = try outer.constructed()
            outerSignatureAlgorithm = try AlgorithmIdentifier(from: &outer)
            signature = Array(try outer.bitString().bytes)
            try outer.finish()

            version = try Self.version(&fields)
            serialNumber = SerialNumber(bytes: try fields.integer())
            innerSignatureAlgorithm = try AlgorithmIdentifier(from: &fields)
            issuer = try DistinguishedName(from: &fields)
            validity = try Validity(from: &fields)
            subject = try DistinguishedName(from: &fields)
            publicKey = try PublicKeyInfo(from: &fields)
            let issuerID = try fields.optional(DERTag.context(1))
            let subjectID = try fields.optional(DERTag.context(2))
            hasUniqueIdentifiers = issuerID != nil || subjectID != nil
            if let explicit = try fields.optional(DERTag.contextConstructed(3)) {
                extensions = try CertificateExtension.list(in: explicit)
            } else {
                extensions = []
            }
            try fields.finish()
        } catch {
            throw .malformed(error)
        }
        known = try KnownExtensions(extensions, unread: unread)
    }

    private static func version(_ fields: inout DERReader) throws(DERError) -> Int {
        guard let explicit = try fields.optional(DERTag.contextConstructed(0)) else { return 1 }
        var reader = explicit.reader
        let number = try DERReader.smallNumber(reader.value(DERTag.integer))
        try reader.finish()
        return number + 1
    }
}
