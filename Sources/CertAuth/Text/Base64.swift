// SPDX-License-Identifier: Apache-2.0

/// Strict base64 with the standard alphabet of RFC 4648 §4. Padding is required, and no character is skipped.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// Encodes with padding and without line breaks.
    package static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = UInt32(bytes[start]) << 16
            if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[start + 2]) }
            for position in 0..<4 {
                let value = Int(group >> UInt32(18 - 6 * position) & 0x3F)
                output.append(position <= count ? alphabet[value] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The decoded bytes. Nil for a character outside of the alphabet, missing padding, or non-zero bits after the last
    /// byte.
    package static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        let characters = Array(text)
        guard let last = characters.last else { return [] }
        guard characters.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        if last == UInt8(ascii: "=") { padding = characters[characters.count - 2] == UInt8(ascii: "=") ? 2 : 1 }
        var output = [UInt8](repeating: 0, count: characters.count / 4 * 3)
        guard decode(characters.span, padding: padding, into: &output) else { return nil }
        output.removeLast(padding)
        return output
    }

    /// Decodes a non-empty text.
    ///
    /// - Throws: `DecodingFault` with the position of the invalid character.
    static func bytes(of text: ArraySlice<UInt8>) throws(DecodingFault) -> [UInt8] {
        guard !text.isEmpty else { throw DecodingFault("empty, expected base64", at: text.startIndex) }
        guard let bytes = decoded(text) else {
            let foreign = text.firstIndex { values[Int($0)] == 0xFF && $0 != UInt8(ascii: "=") }
            if let foreign {
                throw DecodingFault("0x\(Hexadecimal.text([text[foreign]])) is not a base64 character", at: foreign)
            }
            throw DecodingFault("the padding of the base64 is missing or misplaced", at: text.endIndex - 1)
        }
        return bytes
    }

    /// Decodes the first values of a comma-separated list, at most `most`. No other separators are allowed.
    static func list(of text: [UInt8], most: Int) throws(DecodingFault) -> [[UInt8]] {
        var values: [[UInt8]] = []
        let comma = UInt8(ascii: ",")
        for part in text.split(separator: comma, maxSplits: most, omittingEmptySubsequences: false).prefix(most) {
            values.append(try bytes(of: part))
        }
        return values
    }

    /// Decodes the URL-safe alphabet without padding (RFC 4648 §5). Nil for anything else.
    static func decodedURLSafe(_ text: some Collection<UInt8>) -> [UInt8]? {
        var standard: [UInt8] = []
        standard.reserveCapacity(text.count + 2)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(byte)
            }
        }
        while !standard.count.isMultiple(of: 4) { standard.append(UInt8(ascii: "=")) }
        return decoded(standard)
    }

    /// Writes three bytes for each four characters; padding becomes zeros.
    private static func decode(_ text: Span<UInt8>, padding: Int, into bytes: inout [UInt8]) -> Bool {
        let values = Self.values
        let table = values.span
        var output = bytes.mutableSpan
        let last = text.count - 4
        var position = 0
        for start in stride(from: 0, through: last, by: 4) {
            let isShort = start == last && padding > 0
            let first = table[Int(text[start])]
            let second = table[Int(text[start + 1])]
            let third = isShort && padding == 2 ? 0 : table[Int(text[start + 2])]
            let fourth = isShort ? 0 : table[Int(text[start + 3])]
            // The table maps characters outside of the alphabet to a value with all bits set.
            guard first | second | third | fourth < 0x40 else { return false }
            let group = UInt32(first) << 18 | UInt32(second) << 12 | UInt32(third) << 6 | UInt32(fourth)
            if isShort, group & (padding == 2 ? 0xFFFF : 0xFF) != 0 { return false }
            output[position] = UInt8(truncatingIfNeeded: group >> 16)
            output[position + 1] = UInt8(truncatingIfNeeded: group >> 8)
            output[position + 2] = UInt8(truncatingIfNeeded: group)
            position += 3
        }
        return true
    }
}
