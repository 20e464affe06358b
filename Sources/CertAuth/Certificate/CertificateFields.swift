// SPDX-License-Identifier: Apache-2.0
// The fields of a certificate, read by our own parser; OpenSSL reads the same bytes for signatures and paths.

internal import CertAuthOpenSSL

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
    /// Where the tbsCertificate stands with its tag.
    let signedPart: Range<Int>
    /// Where the signature's bytes stand; nil for one that does not end with a byte.
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
    /// Where the signature stands; nil when its algorithm is not the same inside and outside, or none of the usual.
    var knownSignature: CertificateSignature? {
        guard let signature, innerSignatureAlgorithm == outerSignatureAlgorithm,
            let algorithm = CertificateSignature.Algorithm(derEncoded: outerSignatureAlgorithm.derEncoded)
        else { return nil }
        return CertificateSignature(algorithm, signedPart: signedPart, value: signature)
    }
}
