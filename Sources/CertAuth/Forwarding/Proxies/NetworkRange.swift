// SPDX-License-Identifier: Apache-2.0
// Ranges of addresses in CIDR notation.

/// A range of IP addresses, `10.0.0.0/8` or `2001:db8::/32`.
public struct NetworkRange: Sendable, Hashable {
    /// The first address.
    public let address: IPAddress
    /// How many leading bits all addresses of the range share.
    public let prefixLength: Int

    /// Reads a range; an address alone is the range of itself.
    ///
    /// - Throws: `ForwardingConfigurationError` for what is no range, for bits set behind the prefix, and for a range
    ///   of every address there is.
    public init(_ text: String) throws(ForwardingConfigurationError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw .invalidNetwork(text) }
        let isWide = IPAddress.version6(first) != nil
        guard let address = IPAddress(first) else { throw .invalidNetwork(text) }
        var length = address.bytes.count * 8
        if parts.count == 2 {
            guard let given = Self.number(parts[1]) else { throw .invalidNetwork(text) }
            // An IPv4-mapped range, written with a prefix of IPv6.
            let excess = isWide && address.bytes.count == 4 ? 96 : 0
            guard given >= excess, given - excess <= length else { throw .invalidNetwork(text) }
            length = given - excess
        }
        guard length > 0 else { throw .networkOfEveryone(text) }
        guard Self.masked(address.bytes, length) == address.bytes else {
            throw .networkWithHostBits(
                text,
                network: "\(IPAddress(bytes: Self.masked(address.bytes, length)))/\(length)"
            )
        }
        self.address = address
        prefixLength = length
    }

    /// Whether the address lies in the range.
    public func contains(_ other: IPAddress) -> Bool {
        other.bytes.count == address.bytes.count && Self.masked(other.bytes, prefixLength) == address.bytes
    }

    private static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let bits = min(8, max(0, length - index * 8))
            return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return nil }
        return Int(text)
    }
}

extension NetworkRange: CustomStringConvertible {
    /// `10.0.0.0/8`
    public var description: String { "\(address)/\(prefixLength)" }
}
