// SPDX-License-Identifier: Apache-2.0

/// Reads a line of version 1 of the PROXY protocol.
///
/// - Source: HAProxy's proxy-protocol.txt, section 2.1.
enum ProxyProtocolLine {
    /// Returns what the line states.
    ///
    /// - Parameter line: the printable bytes between `PROXY` with its blank and the end of the line.
    static func header(_ line: ArraySlice<UInt8>) throws(ProxyProtocolFault) -> ProxyProtocolHeader {
        let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
        let width: Int
        switch fields.first.map({ String(decoding: $0, as: UTF8.self) }) {
        // What follows is ignored, as the standard demands.
        case "UNKNOWN": return .noClient
        case "TCP4": width = 4
        case "TCP6": width = 16
        default: throw .malformedLine(.family)
        }
        guard fields.count == 5 else { throw .malformedLine(.fieldCount) }
        guard let source = address(fields[1], width: width) else { throw .malformedLine(.sourceAddress) }
        guard address(fields[2], width: width) != nil else { throw .malformedLine(.destinationAddress) }
        guard let port = port(fields[3]) else { throw .malformedLine(.sourcePort) }
        guard self.port(fields[4]) != nil else { throw .malformedLine(.destinationPort) }
        return .client(source, port: port)
    }

    private static func address(_ field: ArraySlice<UInt8>, width: Int) -> IPAddress? {
        guard let bytes = IPAddress.bytes(of: String(decoding: field, as: UTF8.self)), bytes.count == width else {
            return nil
        }
        return IPAddress(bytes: bytes)
    }

    private static func port(_ field: ArraySlice<UInt8>) -> UInt16? {
        guard field.areASCIIDigits, field.count == 1 || field.first != 0x30 else { return nil }
        return UInt16(String(decoding: field, as: UTF8.self))
    }
}
