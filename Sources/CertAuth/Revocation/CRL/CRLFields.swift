// SPDX-License-Identifier: Apache-2.0

/// The fields of a CRL except its entries (RFC 5280 §5.1).
struct CRLFields: Sendable {
    let version: Int
    let algorithm: AlgorithmIdentifier
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp?
    let extensions: [CertificateExtension]
    /// The position of the signature's bytes.
    let signature: Range<Int>
    /// The position of the signed part.
    let signed: Range<Int>
    /// The position of the entries, without the tag around them. Empty if there are none.
    let entries: Range<Int>
    /// Whether the list of entries is present but empty. RFC 5280 §5.1.2.6 forbids it, but some issuers encode it.
    let hasEmptyEntryList: Bool

    init(derEncoded: [UInt8]) throws(DERError) {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        try reader.finish()
        let part = try outer.value(DERTag.sequence)
        let outerAlgorithm = try AlgorithmIdentifier(from: &outer)
        let bits = try outer.bitString()
        try outer.finish()
        guard bits.unusedBits == 0 else {
            throw DERError(.invalidValue("a signature with unused bits"), at: part.encoding.endIndex)
        }
        signature = bits.bytes.indices
        signed = part.encoding.indices

        var fields = part.reader
        version = try Self.version(&fields)
        algorithm = try AlgorithmIdentifier(from: &fields)
        guard algorithm == outerAlgorithm else {
            throw DERError(.invalidValue("the signature algorithms inside and outside differ"), at: fields.offset)
        }
        issuer = try DistinguishedName(from: &fields)
        guard !issuer.isEmpty else { throw DERError(.invalidValue("a CRL without issuer"), at: fields.offset) }
        thisUpdate = try fields.time()
        let hasEnd = fields.nextTag == DERTag.utcTime || fields.nextTag == DERTag.generalizedTime
        nextUpdate = hasEnd ? try fields.time() : nil
        if let list = try fields.optional(DERTag.sequence) {
            entries = list.contents.indices
            hasEmptyEntryList = list.contents.isEmpty
        } else {
            entries = fields.offset..<fields.offset
            hasEmptyEntryList = false
        }
        if let explicit = try fields.optional(DERTag.contextConstructed(0)) {
            guard version == 2 else {
                throw DERError(.invalidValue("extensions in a version 1 CRL"), at: explicit.encoding.startIndex)
            }
            extensions = try CertificateExtension.list(in: explicit)
        } else {
            extensions = []
        }
        try fields.finish()
    }

    /// An absent version means 1. Otherwise 2 is the only valid version.
    private static func version(_ fields: inout DERReader) throws(DERError) -> Int {
        guard let value = try fields.optional(DERTag.integer) else { return 1 }
        guard try DERReader.smallNumber(value) == 1 else {
            throw DERError(.invalidValue("a CRL version other than 2"), at: value.encoding.startIndex)
        }
        return 2
    }
}
