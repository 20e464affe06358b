// SPDX-License-Identifier: Apache-2.0
// `%XX`, the way proxies escape PEM. A plus sign stays a plus sign.

/// Percent-encoding (RFC 3986 §2.1).
enum PercentEncoding {
    /// The bytes, and for each of them where in the text it stood.
    ///
    /// Blanks, control characters, quotes and bytes beyond ASCII must be escaped. Never form decoding: base64 has `+`.
    static func decoded(_ text: [UInt8]) throws(DecodingFault) -> (bytes: [UInt8], positions: [Int]) {
        var bytes: [UInt8] = []
        var positions: [Int] = []
        bytes.reserveCapacity(text.count)
        positions.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            positions.append(index)
            let byte = text[index]
            guard byte == UInt8(ascii: "%") else {
                guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\"") else {
                    throw DecodingFault("0x\(Hexadecimal.text([byte])) must be percent-encoded", at: index)
                }
                bytes.append(byte)
                index += 1
                continue
            }
            guard index + 2 < text.count, let high = HexValue.digit(text[index + 1]),
                let low = HexValue.digit(text[index + 2])
            else { throw DecodingFault("% without two hexadecimal digits", at: index) }
            bytes.append(high << 4 | low)
            index += 3
        }
        return (bytes, positions)
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
