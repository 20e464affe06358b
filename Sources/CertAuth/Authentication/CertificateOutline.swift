// SPDX-License-Identifier: Apache-2.0
// The shape of a certificate on its bytes: its key, and how many values a parser would have to read.

/// Reads no more of a certificate than decides whether it may be parsed.
package enum CertificateOutline {
    /// The key of a certificate.
    ///
    /// - Throws: the first breach of RFC 5280 §4.1 before the end of the key.
    static func publicKey(of derEncoded: [UInt8]) throws(DERError) -> PublicKeyInfo {
        var reader = DERReader(derEncoded)
        var certificate = try reader.constructed()
        try reader.finish()
        var fields = try certificate.constructed()
        _ = try fields.optional(DERTag.contextConstructed(0))
        _ = try fields.value(DERTag.integer)
        // Algorithm, issuer, validity, subject.
        for _ in 0..<4 { _ = try fields.value(DERTag.sequence) }
        return try PublicKeyInfo(from: &fields)
    }

    /// The number of DER values in `derEncoded`, those inside of octet strings included; counting ends above `limit`.
    ///
    /// OpenSSL reads BER as well. What this can't read as DER therefore counts as many values as it could hold: one for two
    /// bytes.
    package static func valueCount(of derEncoded: [UInt8], limit: Int) -> Int {
        var count = 0
        countValues(in: derEncoded, 0..<derEncoded.count, depth: 0, &count, limit)
        return count
    }

    /// OpenSSL's parser gives up at 30 levels.
    private static let deepest = 32

    /// Over indices instead of a `DERReader`: a chain of 64 KiB has up to 32,000 values.
    private static func countValues(
        in bytes: [UInt8],
        _ range: Range<Int>,
        depth: Int,
        _ count: inout Int,
        _ limit: Int
    ) {
        var position = range.lowerBound
        while position < range.upperBound, count <= limit {
            count += 1
            guard let contents = contents(in: bytes, at: position, end: range.upperBound) else {
                count += (range.upperBound - position) / 2
                return
            }
            switch shape(bytes, tag: bytes[position], contents) {
            case .single: break
            case .values where depth < deepest: countValues(in: bytes, contents, depth: depth + 1, &count, limit)
            case .values, .unknown: count += contents.count / 2
            }
            position = contents.upperBound
        }
    }

    private enum Shape { case single, values, unknown }

    /// Constructed values hold others, and so do octet strings that begin with a SEQUENCE, as most extensions do.
    private static func shape(_ bytes: [UInt8], tag: UInt8, _ contents: Range<Int>) -> Shape {
        if tag & 0x20 != 0 {
            // A string in pieces, which only BER has: what the pieces are together is not looked at.
            let isUniversal = tag & 0xC0 == 0
            return isUniversal && tag != DERTag.sequence && tag != DERTag.set ? .unknown : .values
        }
        let holdsSequence = contents.first.map { bytes[$0] == DERTag.sequence } ?? false
        return tag == DERTag.octetString && holdsSequence ? .values : .single
    }

    /// Where the contents of the value at `position` are; nil when it is not one with a definite length that fits.
    private static func contents(in bytes: [UInt8], at position: Int, end: Int) -> Range<Int>? {
        guard end - position >= 2, bytes[position] & 0x1F != 0x1F else { return nil }
        let first = bytes[position + 1]
        var start = position + 2
        var length = Int(first)
        if first >= 0x80 {
            let octets = Int(first & 0x7F)
            guard octets >= 1, octets <= 4, end - start >= octets else { return nil }
            length = 0
            for _ in 0..<octets {
                length = length << 8 | Int(bytes[start])
                start += 1
            }
        }
        return length <= end - start ? start..<(start + length) : nil
    }
}
