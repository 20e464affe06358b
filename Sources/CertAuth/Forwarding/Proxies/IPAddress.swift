// SPDX-License-Identifier: Apache-2.0
// Addresses of socket peers.

/// An IP address; an IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`; nil for anything else: no ports, brackets, zones,
    /// leading zeros, or blanks.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Self.version4(text) ?? Self.version6(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Takes 4 or 16 bytes in network order.
    package init(bytes: [UInt8]) {
        let isMapped = bytes.count == 16 && bytes[..<12].elementsEqual(Self.mappedPrefix)
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30,
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
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
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ HexValue.digit($0) != nil }),
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
