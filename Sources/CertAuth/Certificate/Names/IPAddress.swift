// SPDX-License-Identifier: Apache-2.0
// IP addresses and their text forms.

/// An IP address; an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; nil for anything else: no ports, brackets, zones,
    /// leading zeros, or blanks.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Self.version4(text) ?? Self.version6(text) else { return nil }
        self.init(bytes: bytes)
    }

    init(bytes: [UInt8]) {
        let isMapped = bytes.count == 16 && bytes[..<12].elementsEqual(Self.mappedPrefix)
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    static func version4(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4)
        var value = 0
        var digitCount = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard digitCount > 0, bytes.count < 3 else { return nil }
                bytes.append(UInt8(value))
                (value, digitCount) = (0, 0)
                continue
            }
            let isLeadingZero = digitCount > 0 && value == 0
            guard (0x30...0x39).contains(byte), !isLeadingZero else { return nil }
            value = value * 10 + Int(byte - 0x30)
            digitCount += 1
            guard value <= 255 else { return nil }
        }
        guard digitCount > 0, bytes.count == 3 else { return nil }
        return bytes + [UInt8(value)]
    }

    static func version6(_ text: some StringProtocol) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return groups(text, mayBeEmpty: false).flatMap { $0.count == 16 ? $0 : nil } }
        guard let head = groups(halves[0], mayBeEmpty: true), let tail = groups(halves[1], mayBeEmpty: true),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: some StringProtocol, mayBeEmpty: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return mayBeEmpty ? [] : nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (position, part) in parts.enumerated() {
            if position == parts.count - 1, part.contains(".") {
                guard let last = version4(part) else { return nil }
                bytes += last
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Character(.init($0)).isHexDigit }),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// `192.0.2.1` or `2001:db8::1`.
    public var description: String { IPAddressText.text(bytes) }
}
