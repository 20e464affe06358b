// SPDX-License-Identifier: Apache-2.0

/// Reads a complete binary header of version 2 of the PROXY protocol.
///
/// - Source: HAProxy's proxy-protocol.txt, section 2.2.
enum ProxyProtocolBlock {
    /// The type of the TLV with the CRC32C of the header.
    private static let checksumType: UInt8 = 0x03

    /// Whether the thirteenth byte is the command `LOCAL`. The only other accepted command is `PROXY`.
    static func isLocal(_ byte: UInt8) throws(ProxyProtocolFault) -> Bool {
        guard byte >> 4 == 2 else { throw .unknownVersion(byte >> 4) }
        switch byte & 0x0F {
        case 0: return true
        case 1: return false
        default: throw .unknownCommand(byte & 0x0F)
        }
    }

    /// The number of bytes of the addresses of a family and transport. A TCP connection has no client over UDP or with
    /// Unix datagrams.
    static func addressLength(_ family: UInt8) throws(ProxyProtocolFault) -> Int {
        switch family {
        case 0x00: 0
        case 0x11: 12
        case 0x21: 36
        case 0x31: 216
        default: throw .unusableFamily(family)
        }
    }

    /// Returns what the header states.
    ///
    /// With `LOCAL`, everything after the fixed part is discarded, as the standard demands.
    static func header(_ bytes: [UInt8]) throws(ProxyProtocolFault) -> ProxyProtocolHeader {
        guard try !isLocal(bytes[12]) else { return .noClient }
        let body = bytes[ProxyProtocolParser.fixedLength...]
        let width = try addressLength(bytes[13])
        guard body.count >= width else { throw .addressesTruncated }
        try checkExtensions(of: bytes, from: body.startIndex + width)
        let addressWidth = width == 12 ? 4 : 16
        guard width == 12 || width == 36, let source = IPAddress(bytes: Array(body.prefix(addressWidth))) else {
            return .noClient
        }
        let port = body.dropFirst(2 * addressWidth).prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        return .client(source, port: port)
    }

    /// Checks the lengths of all extensions, and the checksum if there is one.
    private static func checkExtensions(of bytes: [UInt8], from start: Int) throws(ProxyProtocolFault) {
        var position = start
        var checksum: Int?
        while position < bytes.count {
            guard bytes.count - position >= 3 else { throw .extensionTruncated }
            let length = Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
            let value = position + 3
            guard bytes.count - value >= length else { throw .extensionTruncated }
            if bytes[position] == checksumType {
                guard checksum == nil, length == 4 else { throw .wrongChecksum }
                checksum = value
            }
            position = value + length
        }
        guard let checksum else { return }
        let stated = bytes[checksum..<(checksum + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var cleared = bytes
        for index in checksum..<(checksum + 4) { cleared[index] = 0 }
        guard CRC32C.checksum(of: cleared) == stated else { throw .wrongChecksum }
    }
}
