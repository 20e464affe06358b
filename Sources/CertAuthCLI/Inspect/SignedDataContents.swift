// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The certificates and CRLs in a PKCS #7 file: SignedData of RFC 5652 section 5.1. Signatures are not verified.
struct SignedDataContents {
    let certificates: [[UInt8]]
    let revocationLists: [[UInt8]]

    init(derEncoded: [UInt8]) throws(DERError) {
        var reader = DERReader(derEncoded)
        var content = try reader.constructed()
        try reader.finish()
        let type = try content.objectIdentifier()
        guard type.description == "1.2.840.113549.1.7.2" else {
            throw DERError(.invalidValue("\(type) is not signedData"), at: 0)
        }
        var explicit = try content.constructed(DERTag.contextConstructed(0))
        var data = try explicit.constructed()
        _ = try data.value(DERTag.integer)
        _ = try data.value(DERTag.set)
        _ = try data.value(DERTag.sequence)
        certificates = try Self.sequences(data.optional(DERTag.contextConstructed(0)))
        revocationLists = try Self.sequences(data.optional(DERTag.contextConstructed(1)))
    }

    /// The values that are sequences. Attribute certificates and other kinds have tags of their own.
    private static func sequences(_ set: DERValue?) throws(DERError) -> [[UInt8]] {
        guard var reader = set?.reader else { return [] }
        return try reader.values().filter { $0.tag == DERTag.sequence }.map { Array($0.encoding) }
    }
}
