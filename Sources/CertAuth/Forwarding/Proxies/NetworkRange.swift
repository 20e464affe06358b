// SPDX-License-Identifier: Apache-2.0

/// A range of IP addresses in CIDR notation, `10.0.0.0/8` or `2001:db8::/32`.
public struct NetworkRange: Sendable, Hashable {
    /// The first address.
    package let address: IPAddress
    /// The number of leading bits that all addresses of the range have in common.
    package let prefixLength: Int
    private let range: AddressRange

    /// Parses a range. An address alone is a range of one address.
    ///
    /// - Throws: `ForwardingConfigurationError` if the text is not a range, has bits set after its prefix, or contains
    ///   all addresses.
    public init(_ text: String) throws(ForwardingConfigurationError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw .invalidNetwork(text) }
        guard let written = IPAddress.bytes(of: first), let address = IPAddress(bytes: written) else {
            throw .invalidNetwork(text)
        }
        var length = address.bytes.count * 8
        if parts.count == 2 {
            guard let given = Self.number(parts[1]) else { throw .invalidNetwork(text) }
            // An IPv4-mapped range has a prefix length of IPv6.
            let excess = (written.count - address.bytes.count) * 8
            guard given >= excess, given - excess <= length else { throw .invalidNetwork(text) }
            length = given - excess
        }
        guard length > 0 else { throw .networkOfEveryone(text) }
        let range = AddressRange(address.bytes, prefixLength: length)
        guard range.network == address.bytes else {
            throw .networkWithHostBits(text, network: "\(IPAddressText.text(range.network))/\(length)")
        }
        self.address = address
        prefixLength = length
        self.range = range
    }

    /// Whether the range contains the address.
    package func contains(_ other: IPAddress) -> Bool { range.contains(other.bytes) }

    /// Whether some address is in both ranges.
    func overlaps(_ other: NetworkRange) -> Bool { contains(other.address) || other.contains(address) }

    private static func number(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.areASCIIDigits,
            text.utf8.count == 1 || text.utf8.first != 0x30
        else { return nil }
        return Int(text)
    }
}

extension NetworkRange: CustomStringConvertible {
    /// `10.0.0.0/8`
    public var description: String { "\(address)/\(prefixLength)" }
}
