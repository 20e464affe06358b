// SPDX-License-Identifier: Apache-2.0
// The standard base64 alphabet of RFC 4648 §4, strict: padding demanded, nothing skipped.

/// Strict base64.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// Text with padding and without line breaks.
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

    /// The bytes, or nil for a foreign character, missing padding, or bits set behind the last byte.
    package static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var position = 0
        var padding = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                padding += 1
                group <<= 6
            } else {
                let value = values[Int(character)]
                guard value != 0xFF, padding == 0 else { return nil }
                group = group << 6 | UInt32(value)
            }
            position += 1
            guard position == 4 else { continue }
            guard append(group, padding: padding, to: &output) else { return nil }
            group = 0
            position = 0
        }
        // Padding inside the text leaves a group behind it, which the loop refused; only the last may be short.
        return output
    }

    private static func append(_ group: UInt32, padding: Int, to output: inout [UInt8]) -> Bool {
        guard padding <= 2, group & (padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0) == 0 else { return false }
        let bytes = [16, 8, 0].map { UInt8(truncatingIfNeeded: group >> $0) }
        output += bytes.prefix(3 - padding)
        return true
    }
}
