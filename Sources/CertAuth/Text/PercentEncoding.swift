// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding (RFC 3986 §2.1), which proxies use for PEM. A plus sign is not decoded to a space.
package enum PercentEncoding {
    /// The decoded bytes.
    ///
    /// Spaces, control characters, quotes and non-ASCII bytes must be escaped. This is not form decoding, because
    /// base64 contains `+`.
    static func decoded(_ text: [UInt8]) throws(DecodingFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: text.count)
        let count = try decode(text.span, into: &bytes)
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) throws(DecodingFault) -> Int {
        var output = bytes.mutableSpan
        var count = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count, let high = text[index + 1].hexadecimalValue,
                    let low = text[index + 2].hexadecimalValue
                else { throw DecodingFault("% without two hexadecimal digits", at: index) }
                output[count] = high << 4 | low
                index += 3
            } else {
                guard byte.isVisibleASCII, byte != UInt8(ascii: "\"") else {
                    throw DecodingFault("0x\(Hexadecimal.text([byte])) must be percent-encoded", at: index)
                }
                output[count] = byte
                index += 1
            }
            count += 1
        }
        return count
    }

    /// The offset in the encoded `text` of the decoded byte at `position`. The position after the last byte gives the
    /// end of the text.
    static func offset(ofByte position: Int, in text: [UInt8]) -> Int {
        var index = 0
        for _ in 0..<position where index < text.count { index += text[index] == UInt8(ascii: "%") ? 3 : 1 }
        return index
    }

    /// Escapes all bytes except letters, digits and `kept`, by default the other unreserved characters.
    package static func encoded(_ bytes: some Sequence<UInt8>, keeping kept: String = "-._~") -> String {
        var output: [UInt8] = []
        for byte in bytes {
            if byte.isASCIIAlphanumeric || kept.utf8.contains(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                Hexadecimal.append(byte, to: &output, uppercased: true)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether the byte never needs escaping: a letter, a digit, `-`, `.`, `_` or `~` (RFC 3986 §2.3).
    static func isUnreserved(_ byte: UInt8) -> Bool { byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte) }
}
