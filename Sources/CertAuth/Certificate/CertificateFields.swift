// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The fields of a certificate (RFC 5280 §4.1), parsed by our own parser. OpenSSL parses the same bytes for signatures
/// and paths.
struct CertificateFields: Sendable {
    /// 1, 2 or 3 for the versions that RFC 5280 defines; otherwise the encoded value plus one.
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
    /// The position of the tbsCertificate, including its tag.
    let signedPart: Range<Int>
    /// The position of the signature's bytes; nil if its number of bits is not a multiple of 8.
    let signature: Range<Int>?
    let known: KnownExtensions

    init(derEncoded: [UInt8], unread: Set<OID> = []) throws(CertificateError) {
        do throws(DERError) {
            var reader = DERReader(derEncoded)
            var outer = try reader.constructed()
            try reader.finish()
            let signed = try outer.value(DERTag.sequence)
            var fields = signed.reader
            signedPart = signed.encoding.indices
            outerSignatureAlgorithm = try AlgorithmIdentifier(from: &outer)
            let bits = try outer.bitString()
            signature = bits.unusedBits == 0 ? bits.bytes.indices : nil
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

extension CertificateFields {
    /// The signature; nil if its algorithm differs inside and outside of the signed part, or is not one of the common
    /// ones.
    var knownSignature: CertificateSignature? {
        guard let signature, innerSignatureAlgorithm == outerSignatureAlgorithm,
            let algorithm = CertificateSignature.Algorithm(derEncoded: outerSignatureAlgorithm.derEncoded)
        else { return nil }
        return CertificateSignature(algorithm, signedPart: signedPart, value: signature)
    }
}
