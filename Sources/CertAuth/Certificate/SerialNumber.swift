// SPDX-License-Identifier: Apache-2.0
// The number an issuer gave a certificate.

/// A certificate's serial number (RFC 5280 §4.1.2.2).
public struct SerialNumber: Sendable, Hashable, CustomStringConvertible {
    /// The INTEGER's contents, two's complement, big-endian.
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// A number that is not negative, from its bytes, most significant first.
    package init(magnitude: some Sequence<UInt8>) {
        let digits = Array(magnitude.drop { $0 == 0 })
        bytes = digits.first.map { $0 < 0x80 } ?? false ? digits : [0] + digits
    }

    /// Reads hexadecimal digits, with `-` before a negative number as `hexadecimal` writes it; colons between bytes are
    /// allowed, leading zeros don't count. Nil for anything else and beyond 32 bytes.
    public init?(hexadecimal text: String) {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        guard let magnitude = Hexadecimal.bytes(isNegative ? String(text.dropFirst()) : text),
            (1...32).contains(magnitude.count)
        else { return nil }
        let number = SerialNumber(magnitude: magnitude)
        guard isNegative, !number.isZero else {
            self = number
            return
        }
        // -n in two's complement, without more leading ones than its sign needs.
        let negated = Array(SerialNumber(bytes: [0] + number.bytes).negated)
        let surplus = zip(negated, negated.dropFirst()).prefix { $0 == 0xFF && $1 >= 0x80 }.count
        self.init(bytes: negated.dropFirst(surplus))
    }

    /// Upper-case hexadecimal digits of the number, without the sign byte: `0A1B`; negative ones begin with `-`.
    public var hexadecimal: String {
        guard let first = bytes.first, first >= 0x80 else {
            let digits = bytes.count > 1 && bytes[0] == 0 ? bytes.dropFirst() : bytes[...]
            return Hexadecimal.text(digits, uppercased: true)
        }
        return "-" + Hexadecimal.text(magnitudeOfNegative, uppercased: true)
    }

    /// The same as `hexadecimal`.
    public var description: String { hexadecimal }

    /// True for numbers below zero.
    package var isNegative: Bool { (bytes.first ?? 0) >= 0x80 }

    /// True for the number zero.
    package var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    private var magnitudeOfNegative: [UInt8] { negated }

    /// The two's complement of the number, as long as `bytes`.
    private var negated: [UInt8] {
        var carry = true
        let inverted = bytes.reversed().map { byte -> UInt8 in
            let flipped = ~byte
            guard carry else { return flipped }
            carry = flipped == 0xFF
            return flipped &+ 1
        }
        return Array(inverted.reversed())
    }
}
