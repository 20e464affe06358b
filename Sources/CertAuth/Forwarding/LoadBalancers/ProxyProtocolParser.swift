// SPDX-License-Identifier: Apache-2.0

/// Reads one header of the PROXY protocol, version 1 or 2, from the first bytes of a connection, in pieces of any size.
///
/// It stores at most `longestHeader` bytes, and refuses a wrong byte as soon as it arrives. Extensions (TLVs) are checked
/// for their lengths and otherwise ignored: ALPN, authority and the SSL values never identify a client. A CRC32C must be
/// right if there is one.
///
/// - Source: HAProxy's proxy-protocol.txt, sections 2.1 and 2.2.
package struct ProxyProtocolParser: Sendable {
    /// What a piece of the connection has led to.
    package enum Progress: Sendable, Equatable {
        /// The header goes on in the next piece.
        case incomplete
        /// The header ends after `count` bytes of the piece. All later bytes belong to the next protocol.
        case complete(ProxyProtocolHeader, count: Int)
        /// The header is missing or unacceptable.
        case refused(ProxyProtocolFault)
    }

    /// The first bytes of version 1.
    package static let lineStart = Array("PROXY ".utf8)
    /// The first bytes of version 2.
    package static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// The length of a line of version 1, including CR and LF (section 2.1).
    package static let longestLine = 107
    /// The bytes of version 2 after the fixed part: addresses and extensions. Load balancers of clouds add extensions of
    /// some hundred bytes; HAProxy may add a certificate of 1 to 2 KiB.
    package static let longestBody = 4096
    /// The number of bytes that are stored at most.
    package static let longestHeader = fixedLength + longestBody

    /// The number of bytes of version 2 before the addresses.
    static let fixedLength = 16

    private var bytes: [UInt8] = []

    /// Creates a parser at the beginning of a connection.
    package init() {}

    /// Takes the next bytes of the connection. Must not be called again after a header or a refusal.
    package mutating func receive(_ piece: some Sequence<UInt8>) -> Progress {
        var count = 0
        for byte in piece {
            count += 1
            do throws(ProxyProtocolFault) {
                if let header = try take(byte) { return .complete(header, count: count) }
            } catch {
                return .refused(error)
            }
        }
        return .incomplete
    }

    /// Returns the header if `byte` is its last one.
    private mutating func take(_ byte: UInt8) throws(ProxyProtocolFault) -> ProxyProtocolHeader? {
        bytes.append(byte)
        switch bytes[0] {
        case Self.lineStart[0]: return try takeOfLine(byte)
        case Self.signature[0]: return try takeOfBinary(byte)
        default: throw .noHeader(isTLS: byte == 0x16)
        }
    }

    private func takeOfLine(_ byte: UInt8) throws(ProxyProtocolFault) -> ProxyProtocolHeader? {
        let last = bytes.count - 1
        if last < Self.lineStart.count {
            guard byte == Self.lineStart[last] else { throw .noHeader(isTLS: false) }
            return nil
        }
        let isAfterReturn = bytes[last - 1] == 0x0D
        guard isAfterReturn == (byte == 0x0A), byte == 0x0A || byte == 0x0D || (0x20...0x7E).contains(byte) else {
            throw .malformedLine(.character)
        }
        if byte == 0x0A { return try ProxyProtocolLine.header(bytes[Self.lineStart.count..<(last - 1)]) }
        guard bytes.count < Self.longestLine else { throw .lineTooLong }
        return nil
    }

    private func takeOfBinary(_ byte: UInt8) throws(ProxyProtocolFault) -> ProxyProtocolHeader? {
        let last = bytes.count - 1
        switch last {
        case ..<Self.signature.count:
            guard byte == Self.signature[last] else { throw .noHeader(isTLS: false) }
        case 12: _ = try ProxyProtocolBlock.isLocal(byte)
        case 13: if try !ProxyProtocolBlock.isLocal(bytes[12]) { _ = try ProxyProtocolBlock.addressLength(byte) }
        case 15: guard length <= Self.longestBody else { throw .tooLong(found: length) }
        default: break
        }
        guard bytes.count >= Self.fixedLength, bytes.count == Self.fixedLength + length else { return nil }
        return try ProxyProtocolBlock.header(bytes)
    }

    /// The number of bytes that follow the fixed part of version 2.
    private var length: Int { Int(bytes[14]) << 8 | Int(bytes[15]) }
}
