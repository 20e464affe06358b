// SPDX-License-Identifier: Apache-2.0

/// A cRLNumber (RFC 5280 §5.2.3): non-negative, at most 20 octets. Later CRLs of the same issuer and scope have greater
/// numbers.
package struct CRLNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Big-endian, without leading zeros; empty for zero.
    package let magnitude: [UInt8]

    init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        let bytes = try reader.integer()
        try reader.finish()
        guard let first = bytes.first, first < 0x80 else {
            throw DERError(.invalidValue("a negative CRL number"), at: 0)
        }
        magnitude = Array(bytes.drop { $0 == 0 })
        guard magnitude.count <= 20 else { throw DERError(.invalidValue("a CRL number of more than 20 octets"), at: 0) }
    }

    /// Whether `left` is the number of an older CRL.
    package static func < (left: CRLNumber, right: CRLNumber) -> Bool {
        guard left.magnitude.count == right.magnitude.count else {
            return left.magnitude.count < right.magnitude.count
        }
        return left.magnitude.lexicographicallyPrecedes(right.magnitude)
    }

    /// Decimal for up to 64 bits, otherwise hexadecimal with `0x`.
    package var description: String {
        guard magnitude.count <= 8 else { return "0x\(Hexadecimal.text(magnitude))" }
        return String(magnitude.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
