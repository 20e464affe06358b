// SPDX-License-Identifier: Apache-2.0
// The structure of a CRL.

/// What stands in a CRL's DER (RFC 5280 §5.1).
struct CRLFields {
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp?
    let extensions: [CertificateExtension]
    private(set) var entries: [SerialNumber: CertificateRevocationList.Entry] = [:]
    private(set) var namesOtherIssuers = false
    /// A critical extension of an entry that is not understood makes the whole list unusable (RFC 5280 §5.3).
    private(set) var unknownEntryExtension: OID?

    init(derEncoded: [UInt8]) throws(CertificateError) {
        do throws(DERError) {
            var reader = DERReader(derEncoded)
            var outer = try reader.constructed()
            try reader.finish()
            var fields = try outer.constructed()
            let outerAlgorithm = try AlgorithmIdentifier(from: &outer)
            _ = try outer.bitString()
            try outer.finish()

            if let version = try fields.optional(DERTag.integer), try DERReader.smallNumber(version) != 1 {
                throw DERError(.invalidValue("a CRL version other than 2"), at: version.encoding.startIndex)
            }
            let innerAlgorithm = try AlgorithmIdentifier(from: &fields)
            guard innerAlgorithm == outerAlgorithm else {
                throw DERError(.invalidValue("the signature algorithms inside and outside differ"), at: fields.offset)
            }
            issuer = try DistinguishedName(from: &fields)
            thisUpdate = try fields.time()
            if fields.nextTag == DERTag.utcTime || fields.nextTag == DERTag.generalizedTime {
                nextUpdate = try fields.time()
            } else {
                nextUpdate = nil
            }
            let list = try fields.optional(DERTag.sequence)
            if let explicit = try fields.optional(DERTag.contextConstructed(0)) {
                extensions = try CertificateExtension.list(in: explicit)
            } else {
                extensions = []
            }
            try fields.finish()
            if let list { try readEntries(list) }
        } catch {
            throw .malformed(error)
        }
        var seen: Set<OID> = []
        for entry in extensions where !seen.insert(entry.identifier).inserted {
            throw .duplicateExtension(entry.identifier)
        }
    }

    private mutating func readEntries(_ list: DERValue) throws(DERError) {
        var reader = list.reader
        while !reader.isAtEnd {
            var fields = try reader.constructed()
            let serial = SerialNumber(bytes: try fields.integer())
            let date = try fields.time()
            var reason: Int?
            if let sequence = try fields.optional(DERTag.sequence) {
                var extensions = sequence.reader
                while !extensions.isAtEnd {
                    let entry = try CertificateExtension(from: &extensions)
                    switch entry.identifier {
                    case .reasonCode: reason = try Self.reason(entry.value)
                    case .certificateIssuer: namesOtherIssuers = true
                    case .invalidityDate: break
                    default: if entry.isCritical { unknownEntryExtension = entry.identifier }
                    }
                }
            }
            try fields.finish()
            entries[serial] = CertificateRevocationList.Entry(revocationDate: date, reason: reason)
        }
    }

    private static func reason(_ value: [UInt8]) throws(DERError) -> Int {
        var reader = DERReader(value)
        let number = try DERReader.smallNumber(reader.value(DERTag.enumerated))
        try reader.finish()
        return number
    }
}
