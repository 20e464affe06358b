// SPDX-License-Identifier: Apache-2.0

/// Converts between bytes and hexadecimal digits.
package enum Hexadecimal {
    private static let lowercase = Array("0123456789abcdef".utf8)
    private static let uppercase = Array("0123456789ABCDEF".utf8)

    /// Two digits for each byte, without separators.
    package static func text(_ bytes: some Sequence<UInt8>, uppercased: Bool = false) -> String {
        let digits = uppercased ? uppercase : lowercase
        var output: [UInt8] = []
        for byte in bytes {
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the two digits of one byte.
    static func append(_ byte: UInt8, to output: inout [UInt8], uppercased: Bool = false) {
        let digits = uppercased ? uppercase : lowercase
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 0x0F)])
    }

    /// Parses two digits for each byte, in upper or lower case. Colons between bytes are allowed. Nil for anything
    /// else.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexadecimalValue, let low = digits[index + 1].hexadecimalValue else {
                return nil
            }
            output.append(high << 4 | low)
        }
        return output
    }

    /// Parses two digits for each byte, in upper or lower case, without separators.
    ///
    /// - Throws: `DecodingFault` with the position of the first character that is not a digit.
    static func bytes(of text: [UInt8]) throws(DecodingFault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for (position, character) in text.enumerated() {
            guard let digit = character.hexadecimalValue else {
                throw DecodingFault("0x\(Self.text([character])) is not a hexadecimal digit", at: position)
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { throw DecodingFault("an odd number of hexadecimal digits", at: text.count - 1) }
        return bytes
    }
}
