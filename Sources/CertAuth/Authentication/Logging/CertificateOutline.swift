// SPDX-License-Identifier: Apache-2.0

/// Examines a certificate's bytes only as far as needed to decide whether it may be parsed: its key, and its number of
/// values.
package enum CertificateOutline {
    /// The key of a certificate.
    ///
    /// - Throws: the first violation of RFC 5280 §4.1 before the end of the key.
    static func publicKey(of derEncoded: [UInt8]) throws(DERError) -> PublicKeyInfo {
        var reader = DERReader(derEncoded)
        var certificate = try reader.constructed()
        try reader.finish()
        var fields = try certificate.constructed()
        _ = try fields.optional(DERTag.contextConstructed(0))
        _ = try fields.value(DERTag.integer)
        // The fields algorithm, issuer, validity and subject.
        for _ in 0..<4 { _ = try fields.value(DERTag.sequence) }
        return try PublicKeyInfo(from: &fields)
    }

    /// The number of DER values in `derEncoded`, including those inside octet strings. Counting stops above `limit`.
    ///
    /// OpenSSL also accepts BER. So bytes that are not DER count as the maximum number of values that they could
    /// contain: one for each two bytes.
    package static func valueCount(of derEncoded: [UInt8], limit: Int) -> Int {
        var count = 0
        countValues(in: derEncoded, 0..<derEncoded.count, depth: 0, &count, limit)
        return count
    }

    /// OpenSSL's parser stops at 30 levels.
    private static let deepest = 32

    /// Uses indices instead of a `DERReader`, because a chain of 64 KiB has up to 32,000 values.
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

    /// Constructed values contain other values. So do octet strings that begin with a SEQUENCE, as in most extensions.
    private static func shape(_ bytes: [UInt8], tag: UInt8, _ contents: Range<Int>) -> Shape {
        if tag & 0x20 != 0 {
            // A constructed string, which only BER has. It is not assembled from its segments here.
            let isUniversal = tag & 0xC0 == 0
            return isUniversal && tag != DERTag.sequence && tag != DERTag.set ? .unknown : .values
        }
        let holdsSequence = contents.first.map { bytes[$0] == DERTag.sequence } ?? false
        return tag == DERTag.octetString && holdsSequence ? .values : .single
    }

    /// The position of the contents of the value at `position`. Nil if it has no definite length, or does not fit.
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
