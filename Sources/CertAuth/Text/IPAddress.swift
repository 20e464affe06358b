// SPDX-License-Identifier: Apache-2.0
// IP addresses: the one reader of their text forms.

/// An IPv4 or IPv6 address without a zone; an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; nil for anything else.
    ///
    /// Ports, brackets, zones, blanks, leading zeros of IPv4, and shortened, octal and hexadecimal IPv4 are refused.
    ///
    /// - Source: RFC 4291 §2.2.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Self.bytes(of: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Takes the bytes of an address; nil unless there are 4 or 16.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = Self.mappedVersion4(bytes) ?? bytes
        default: return nil
        }
    }

    /// The bytes of an address as it is written: an IPv4-mapped address has 16. Nil for what `init(_:)` refuses.
    package static func bytes(of text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= longestText else { return nil }
        let text = Array(text.utf8)
        return text.contains(UInt8(ascii: ":")) ? version6(text[...]) : version4(text[...])
    }

    /// The IPv4 address inside of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), nil for any other.
    static func mappedVersion4(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return nil
        }
        return Array(bytes.suffix(4))
    }

    /// Six groups of four digits and an IPv4 address.
    private static let longestText = 45

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4)
        var value = 0
        var digitCount = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digitCount > 0, bytes.count < 3 else { return nil }
                bytes.append(UInt8(value))
                (value, digitCount) = (0, 0)
                continue
            }
            // A leading zero means octal to some readers.
            let isLeadingZero = digitCount > 0 && value == 0
            guard byte.isASCIIDigit, !isLeadingZero else { return nil }
            value = value * 10 + Int(byte - 0x30)
            digitCount += 1
            guard value <= 255 else { return nil }
        }
        guard digitCount > 0, bytes.count == 3 else { return nil }
        bytes.append(UInt8(value))
        return bytes
    }

    private static func version6(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        // The number of bytes before the zeros of `::`.
        var gap: Int?
        var rest = text
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isHexadecimalDigit }
            let behind = rest.dropFirst(digits.count)
            if behind.first == UInt8(ascii: ".") {
                // Only the last 32 bits may be written as an IPv4 address.
                guard let last = version4(rest) else { return nil }
                bytes += last
                break
            }
            guard (1...4).contains(digits.count) else { return nil }
            let group = digits.reduce(UInt16(0)) { $0 << 4 | UInt16($1.hexadecimalValue ?? 0) }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            guard let separator = behind.first else { break }
            rest = behind.dropFirst()
            guard separator == colon, let next = rest.first else { return nil }
            if next == colon {
                guard gap == nil else { return nil }
                gap = bytes.count
                rest = rest.dropFirst()
            }
        }
        guard let gap else { return bytes.count == 16 ? bytes : nil }
        guard bytes.count <= 14 else { return nil }
        return bytes[..<gap] + [UInt8](repeating: 0, count: 16 - bytes.count) + bytes[gap...]
    }
}

extension IPAddress: CustomStringConvertible {
    /// `192.0.2.1` or `2001:db8::1` (RFC 5952).
    public var description: String { IPAddressText.text(bytes) }
}
