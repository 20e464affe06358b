// SPDX-License-Identifier: Apache-2.0
// Hexadecimal digits in headers.

/// DER as hexadecimal digits.
enum HexValue {
    /// Two digits a byte, of either case, without any separator.
    static func decoded(_ text: [UInt8]) throws(DecodingFault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for (position, character) in text.enumerated() {
            guard let digit = digit(character) else {
                throw DecodingFault("0x\(Hexadecimal.text([character])) is no hexadecimal digit", at: position)
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

    /// The value of one digit.
    static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x41 + 10
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }
}
