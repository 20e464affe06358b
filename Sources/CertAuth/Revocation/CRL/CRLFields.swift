// SPDX-License-Identifier: Apache-2.0
// The structure of a CRL.

/// What stands in a CRL's DER around its entries (RFC 5280 §5.1).
struct CRLFields: Sendable {
    let version: Int
    let algorithm: AlgorithmIdentifier
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp?
    let extensions: [CertificateExtension]
    /// Where the signature's bytes stand.
    let signature: Range<Int>
    /// The part that is signed.
    let signed: Range<Int>
    /// The entries, without the tag around them; empty when there are none.
    let entries: Range<Int>
    /// Whether the list of entries is there and empty, which RFC 5280 §5.1.2.6 forbids and some issuers write.
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

    /// Absent means 1; 2 is the only number that may stand there.
    private static func version(_ fields: inout DERReader) throws(DERError) -> Int {
        guard let value = try fields.optional(DERTag.integer) else { return 1 }
        guard try DERReader.smallNumber(value) == 1 else {
            throw DERError(.invalidValue("a CRL version other than 2"), at: value.encoding.startIndex)
        }
        return 2
    }
}
