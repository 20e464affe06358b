// SPDX-License-Identifier: Apache-2.0

/// Formats the bytes of an iPAddress.
enum IPAddressText {
    /// `192.0.2.1` or `2001:db8::1`. 8 or 32 bytes are the address and mask of a constraint. Other lengths give
    /// hexadecimal digits.
    static func text(_ bytes: [UInt8]) -> String {
        switch bytes.count {
        case 4: bytes.map(String.init).joined(separator: ".")
        case 16: version6(bytes)
        case 8: "\(text(Array(bytes[..<4])))/\(text(Array(bytes[4...])))"
        case 32: "\(text(Array(bytes[..<16])))/\(text(Array(bytes[16...])))"
        default: "#\(Hexadecimal.text(bytes))"
        }
    }

    /// The canonical form of RFC 5952 §4: the longest run of two or more zero groups is shortened.
    private static func version6(_ bytes: [UInt8]) -> String {
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8 && groups[end] == 0 { end += 1 }
            if end - start > best.count && end - start > 1 { best = start..<end }
            start = max(end, start + 1)
        }
        let words = groups.map { String($0, radix: 16) }
        guard !best.isEmpty else { return words.joined(separator: ":") }
        return words[..<best.lowerBound].joined(separator: ":") + "::"
            + words[best.upperBound...].joined(separator: ":")
    }
}
