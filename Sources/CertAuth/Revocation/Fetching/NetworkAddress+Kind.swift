// SPDX-License-Identifier: Apache-2.0
// Which addresses a fetch must not reach by itself.

extension NetworkAddress {
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

    /// What the address is for. An IPv4 address inside of an IPv6 address is what it is by itself.
    public var kind: Kind {
        if Self.metadataAddresses.contains(bytes) { return .metadata }
        if bytes.count == 4 { return Self.kind(in: Self.version4, of: bytes) ?? .global }
        if let kind = Self.kind(in: Self.version6, of: bytes) { return kind }
        for (prefix, offset) in Self.embedding where Self.matches(prefix, bytes) {
            return NetworkAddress(bytes: Array(bytes[offset..<offset + 4]))?.kind ?? .reserved
        }
        // RFC 4291 §2.4: only 2000::/3 is given out.
        return bytes[0] & 0xE0 == 0x20 ? .global : .reserved
    }

    private struct Prefix: Sendable {
        let bytes: [UInt8]
        let length: Int

        init(_ bytes: [UInt8], _ length: Int) {
            self.bytes = bytes
            self.length = length
        }
    }

    private static func kind(in table: [(Prefix, Kind)], of bytes: [UInt8]) -> Kind? {
        table.first { matches($0.0, bytes) }?.1
    }

    private static func matches(_ prefix: Prefix, _ bytes: [UInt8]) -> Bool {
        (0..<prefix.length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            let expected = bit / 8 < prefix.bytes.count ? prefix.bytes[bit / 8] : 0
            return bytes[bit / 8] & mask == expected & mask
        }
    }

    /// AWS and most others, AWS over IPv6, Azure's wire server, Oracle, Alibaba.
    private static let metadataAddresses: Set<[UInt8]> = [
        [169, 254, 169, 254], [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54], [168, 63, 129, 16],
        [192, 0, 0, 192], [100, 100, 100, 200],
    ]

    private static let version4: [(Prefix, Kind)] = [
        (Prefix([255, 255, 255, 255], 32), .broadcast), (Prefix([0], 8), .unspecified),
        (Prefix([127], 8), .loopback), (Prefix([10], 8), .privateNetwork), (Prefix([172, 16], 12), .privateNetwork),
        (Prefix([192, 168], 16), .privateNetwork), (Prefix([100, 64], 10), .shared),
        (Prefix([169, 254], 16), .linkLocal), (Prefix([192, 0, 0], 24), .reserved),
        (Prefix([192, 0, 2], 24), .documentation), (Prefix([198, 51, 100], 24), .documentation),
        (Prefix([203, 0, 113], 24), .documentation), (Prefix([198, 18], 15), .documentation),
        (Prefix([192, 88, 99], 24), .reserved), (Prefix([224], 4), .multicast), (Prefix([240], 4), .reserved),
    ]

    private static let version6: [(Prefix, Kind)] = [
        (Prefix([], 128), .unspecified), (Prefix([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128), .loopback),
        (Prefix([0xFC], 7), .privateNetwork), (Prefix([0xFE, 0xC0], 10), .privateNetwork),
        (Prefix([0xFE, 0x80], 10), .linkLocal), (Prefix([0xFF], 8), .multicast),
        (Prefix([0x20, 0x01, 0x0D, 0xB8], 32), .documentation), (Prefix([0x3F, 0xFF], 20), .documentation),
        (Prefix([0x20, 0x01, 0, 0], 23), .reserved), (Prefix([0, 0x64, 0xFF, 0x9B, 0, 1], 48), .privateNetwork),
    ]

    /// Where IPv6 carries IPv4: mapped, compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056).
    private static let embedding: [(Prefix, Int)] = [
        (Prefix([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96), 12), (Prefix([], 96), 12),
        (Prefix([0, 0x64, 0xFF, 0x9B], 96), 12), (Prefix([0x20, 0x02], 16), 2),
    ]
}
