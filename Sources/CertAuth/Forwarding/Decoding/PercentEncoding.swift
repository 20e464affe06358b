// SPDX-License-Identifier: Apache-2.0
// `%XX`, the way proxies escape PEM. A plus sign stays a plus sign.

/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// The bytes.
    ///
    /// Blanks, control characters, quotes and bytes beyond ASCII must be escaped. Never form decoding: base64 has `+`.
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
                guard index + 2 < text.count, let high = HexValue.digit(text[index + 1]),
                    let low = HexValue.digit(text[index + 2])
                else { throw DecodingFault("% without two hexadecimal digits", at: index) }
                output[count] = high << 4 | low
                index += 3
            } else {
                guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\"") else {
                    throw DecodingFault("0x\(Hexadecimal.text([byte])) must be percent-encoded", at: index)
                }
                output[count] = byte
                index += 1
            }
            count += 1
        }
        return count
    }

    /// Where in a text that could be decoded the byte number `position` stood; its end for the one behind the last.
    static func offset(ofByte position: Int, in text: [UInt8]) -> Int {
        var index = 0
        for _ in 0..<position where index < text.count { index += text[index] == UInt8(ascii: "%") ? 3 : 1 }
        return index
    }

    /// Everything but letters, digits, `-`, `.`, `_` and `~` escaped.
    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: output.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): output.append(byte)
            default: output += Array("%\(Hexadecimal.text([byte], uppercased: true))".utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
