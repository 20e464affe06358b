// SPDX-License-Identifier: Apache-2.0

/// A certificate's serial number (RFC 5280 §4.1.2.2).
public struct SerialNumber: Sendable, Hashable, CustomStringConvertible {
    /// The contents of the INTEGER: two's complement, big-endian.
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Creates a non-negative number from its bytes, the most significant first.
    package init(magnitude: some Sequence<UInt8>) {
        let digits = Array(magnitude.drop { $0 == 0 })
        bytes = digits.first.map { $0 < 0x80 } ?? false ? digits : [0] + digits
    }

    /// Parses hexadecimal digits, with `-` before a negative number as in `hexadecimal`. Colons between bytes are
    /// allowed, leading zeros are ignored. Nil for anything else and for more than 32 bytes.
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
        // -n in two's complement, with no more leading 0xFF bytes than the sign requires.
        let negated = Array(SerialNumber(bytes: [0] + number.bytes).negated)
        let surplus = zip(negated, negated.dropFirst()).prefix { $0 == 0xFF && $1 >= 0x80 }.count
        self.init(bytes: negated.dropFirst(surplus))
    }

    /// The number in upper-case hexadecimal digits without the sign byte: `0A1B`. Negative numbers begin with `-`.
    package var hexadecimal: String {
        guard let first = bytes.first, first >= 0x80 else {
            let digits = bytes.count > 1 && bytes[0] == 0 ? bytes.dropFirst() : bytes[...]
            return Hexadecimal.text(digits, uppercased: true)
        }
        return "-" + Hexadecimal.text(magnitudeOfNegative, uppercased: true)
    }

    /// The same as `hexadecimal`.
    public var description: String { hexadecimal }

    /// Whether the number is negative.
    package var isNegative: Bool { (bytes.first ?? 0) >= 0x80 }

    /// Whether the number is zero.
    package var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    private var magnitudeOfNegative: [UInt8] { negated }

    /// The two's complement of the number, with the same length as `bytes`.
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
