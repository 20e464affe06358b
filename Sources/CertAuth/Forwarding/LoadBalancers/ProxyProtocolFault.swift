// SPDX-License-Identifier: Apache-2.0

/// Why the first bytes of a connection are not a header of the PROXY protocol that CertAuth accepts.
package enum ProxyProtocolFault: Error, Sendable, Equatable {
    /// The bytes begin neither version 1 nor version 2. `isTLS` if they begin a TLS record.
    case noHeader(isTLS: Bool)
    /// A line of version 1 is longer than 107 bytes with its end.
    case lineTooLong
    /// A line of version 1 violates the grammar.
    case malformedLine(LinePart)
    /// The version of a binary header is not 2.
    case unknownVersion(UInt8)
    /// The command is neither `LOCAL` nor `PROXY`.
    case unknownCommand(UInt8)
    /// The family and transport are not those of a TCP connection.
    case unusableFamily(UInt8)
    /// More bytes after the fixed part than are accepted.
    case tooLong(found: Int)
    /// Fewer bytes than the addresses of the family need.
    case addressesTruncated
    /// A TLV ends after the header.
    case extensionTruncated
    /// The CRC32C of the header is wrong, has another length than four, or appears twice.
    case wrongChecksum

    /// The part of a line of version 1 that is wrong.
    package enum LinePart: String, Sendable {
        case character, family, fieldCount, sourceAddress, destinationAddress, sourcePort, destinationPort
    }
}

extension ProxyProtocolFault: CustomStringConvertible {
    /// What was found, what was expected, and for a missing header what to do.
    package var description: String {
        switch self {
        case .noHeader(let isTLS):
            "the load balancer sent \(isTLS ? "a TLS handshake" : "other bytes") without a header of the PROXY protocol; "
                + "expected: version 1 or 2; switch it on in the load balancer (HAProxy: send-proxy-v2; nginx: "
                + "proxy_protocol on)"
        case .lineTooLong: "a line of the PROXY protocol is longer than \(ProxyProtocolParser.longestLine) bytes"
        case .malformedLine(let part): "a line of the PROXY protocol is malformed: \(part.words)"
        case .unknownVersion(let version): "version \(version) of the PROXY protocol; expected: 1 or 2"
        case .unknownCommand(let command):
            "command \(command) in a header of the PROXY protocol; expected: 0 (LOCAL) or 1 (PROXY)"
        case .unusableFamily(let family):
            "family and transport 0x\(Hexadecimal.text([family])) in a header of the PROXY protocol; expected: TCP over IPv4 "
                + "(0x11) or IPv6 (0x21)"
        case .tooLong(let found):
            "a header of the PROXY protocol announces \(found) bytes, expected at most \(ProxyProtocolParser.longestBody)"
        case .addressesTruncated: "a header of the PROXY protocol is too short for its addresses"
        case .extensionTruncated: "an extension (TLV) ends after its header of the PROXY protocol"
        case .wrongChecksum: "the checksum (CRC32C) of a header of the PROXY protocol is wrong"
        }
    }
}

extension ProxyProtocolFault.LinePart {
    fileprivate var words: String {
        switch self {
        case .character: "a byte is not a printable ASCII character, or CR and LF do not follow each other"
        case .family: "expected TCP4, TCP6 or UNKNOWN after PROXY"
        case .fieldCount: "expected two addresses and two ports, each after one blank"
        case .sourceAddress: "the source is not an address of its family"
        case .destinationAddress: "the destination is not an address of its family"
        case .sourcePort: "the source port is not a number from 0 to 65535 without leading zeros"
        case .destinationPort: "the destination port is not a number from 0 to 65535 without leading zeros"
        }
    }
}
