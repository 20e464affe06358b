// SPDX-License-Identifier: Apache-2.0
// Which addresses a fetch must not reach by itself.

extension IPAddress {
    /// What an address is for (IANA special-purpose registries, RFC 6890).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A host on the internet.
        case global
        /// This machine: 127/8, ::1.
        case loopback
        /// This network: 0/8, ::.
        case unspecified
        /// A network of one organisation: RFC 1918, RFC 4193, and site-local.
        case privateNetwork = "private"
        /// Behind a carrier's translator: 100.64/10.
        case shared
        /// This link: 169.254/16, fe80::/10.
        case linkLocal = "link-local"
        /// Where clouds hand credentials to machines.
        case metadata
        /// A group: 224/4, ff00::/8.
        case multicast
        /// Everybody on this link.
        case broadcast
        /// For documentation and benchmarks.
        case documentation
        /// Set aside, or a tunnel's.
        case reserved
    }

    /// The address's purpose. An IPv4 address inside of an IPv6 address has the purpose that it has by itself.
    package var kind: Kind {
        if Self.metadataAddresses.contains(bytes) { return .metadata }
        if bytes.count == 4 { return Self.kind(in: Self.version4, of: bytes) ?? .global }
        if let kind = Self.kind(in: Self.version6, of: bytes) { return kind }
        for (range, offset) in Self.embedding where range.contains(bytes) {
            return IPAddress(bytes: Array(bytes[offset..<offset + 4]))?.kind ?? .reserved
        }
        // RFC 4291 §2.4: only 2000::/3 is given out.
        return bytes[0] & 0xE0 == 0x20 ? .global : .reserved
    }

    private static func kind(in table: [(AddressRange, Kind)], of bytes: [UInt8]) -> Kind? {
        table.first { $0.0.contains(bytes) }?.1
    }

    private static func version4(_ bytes: [UInt8], _ length: Int) -> AddressRange {
        AddressRange(bytes + [UInt8](repeating: 0, count: 4 - bytes.count), prefixLength: length)
    }

    private static func version6(_ bytes: [UInt8], _ length: Int) -> AddressRange {
        AddressRange(bytes + [UInt8](repeating: 0, count: 16 - bytes.count), prefixLength: length)
    }

    /// AWS and most others, AWS over IPv6, Azure's wire server, Oracle, Alibaba.
    private static let metadataAddresses: Set<[UInt8]> = [
        [169, 254, 169, 254], [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54], [168, 63, 129, 16],
        [192, 0, 0, 192], [100, 100, 100, 200],
    ]

    private static let version4: [(AddressRange, Kind)] = [
        (version4([255, 255, 255, 255], 32), .broadcast), (version4([0], 8), .unspecified),
        (version4([127], 8), .loopback), (version4([10], 8), .privateNetwork),
        (version4([172, 16], 12), .privateNetwork),
        (version4([192, 168], 16), .privateNetwork), (version4([100, 64], 10), .shared),
        (version4([169, 254], 16), .linkLocal), (version4([192, 0, 0], 24), .reserved),
        (version4([192, 0, 2], 24), .documentation), (version4([198, 51, 100], 24), .documentation),
        (version4([203, 0, 113], 24), .documentation), (version4([198, 18], 15), .documentation),
        (version4([192, 88, 99], 24), .reserved), (version4([224], 4), .multicast), (version4([240], 4), .reserved),
    ]

    private static let version6: [(AddressRange, Kind)] = [
        (version6([], 128), .unspecified),
        (version6([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128), .loopback),
        (version6([0xFC], 7), .privateNetwork), (version6([0xFE, 0xC0], 10), .privateNetwork),
        (version6([0xFE, 0x80], 10), .linkLocal), (version6([0xFF], 8), .multicast),
        (version6([0x20, 0x01, 0x0D, 0xB8], 32), .documentation), (version6([0x3F, 0xFF], 20), .documentation),
        (version6([0x20, 0x01, 0, 0], 23), .reserved), (version6([0, 0x64, 0xFF, 0x9B, 0, 1], 48), .privateNetwork),
    ]

    /// The ranges of IPv6 that contain an IPv4 address: compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056).
    ///
    /// A mapped address is an IPv4 address already.
    private static let embedding: [(AddressRange, Int)] = [
        (version6([], 96), 12), (version6([0, 0x64, 0xFF, 0x9B], 96), 12), (version6([0x20, 0x02], 16), 2),
    ]
}
