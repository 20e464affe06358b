// SPDX-License-Identifier: Apache-2.0
// Base64 in headers: the standard alphabet, padded, nothing else.

/// Base64 of DER.
enum Base64Value {
    /// One value.
    static func decoded(_ text: ArraySlice<UInt8>) throws(DecodingFault) -> [UInt8] {
        guard !text.isEmpty else { throw DecodingFault("empty, expected base64", at: text.startIndex) }
        guard let bytes = Base64.decoded(text) else {
            let foreign = text.firstIndex { !isDigit($0) && $0 != UInt8(ascii: "=") }
            if let foreign {
                throw DecodingFault("0x\(Hexadecimal.text([text[foreign]])) is no character of base64", at: foreign)
            }
            throw DecodingFault("the padding of the base64 is missing or misplaced", at: text.endIndex - 1)
        }
        return bytes
    }

    /// The first values of a list with commas between and nothing else.
    static func list(_ text: [UInt8], most: Int) throws(DecodingFault) -> [[UInt8]] {
        var values: [[UInt8]] = []
        let comma = UInt8(ascii: ",")
        for part in text.split(separator: comma, maxSplits: most, omittingEmptySubsequences: false).prefix(most) {
            values.append(try decoded(part))
        }
        return values
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
