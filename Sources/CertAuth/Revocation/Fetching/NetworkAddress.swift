// SPDX-License-Identifier: Apache-2.0
// IP addresses as values.

/// An IPv4 or IPv6 address without zone.
public struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Takes the bytes of an address; nil unless there are 4 or 16.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else, shortened and hexadecimal forms included.
    public init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.version6(text) : Self.version4(text[...]) else { return nil }
        self.bytes = bytes
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero means octal to some readers.
            guard (1...3).contains(part.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part.count == 1 || !part.hasPrefix("0"), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.contains(":::") else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            return groups(text[...]).flatMap { $0.count == 16 ? $0 : nil }
        }
        let tail = text[gap.upperBound...]
        guard tail.firstRange(of: "::") == nil, let before = groups(text[..<gap.lowerBound], isEnd: false),
            let after = groups(tail), before.count + after.count <= 14
        else { return nil }
        return before + [UInt8](repeating: 0, count: 16 - before.count - after.count) + after
    }

    /// Groups between colons; the last of the whole address may be an IPv4 address.
    private static func groups(_ text: Substring, isEnd: Bool = true) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains(".") {
                guard let inner = version4(part) else { return nil }
                bytes += inner
            } else {
                guard (1...4).contains(part.count), part.utf8.allSatisfy(isHexadecimal),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The usual notation (RFC 5952).
    public var description: String { IPAddressText.text(bytes) }
}
