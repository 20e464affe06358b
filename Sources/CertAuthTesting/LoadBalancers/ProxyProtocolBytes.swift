// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// Headers of the PROXY protocol, correct or with one defect, for the project's own tests.
package enum ProxyProtocolBytes {
    /// A line of version 1: `PROXY `, the text, CR and LF.
    package static func line(_ text: String) -> [UInt8] { ProxyProtocolParser.lineStart + Array("\(text)\r\n".utf8) }

    /// A header of version 2.
    ///
    /// - Parameters:
    ///   - versionAndCommand: 0x21 for `PROXY`, 0x20 for `LOCAL`.
    ///   - family: the family and the transport; 0x11 for TCP over IPv4.
    ///   - body: the addresses and the extensions.
    ///   - length: the announced length. Nil for that of `body`.
    package static func block(
        _ versionAndCommand: UInt8 = 0x21,
        family: UInt8,
        body: [UInt8],
        length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? body.count
        return ProxyProtocolParser.signature
            + [versionAndCommand, family, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)] + body
    }

    /// The addresses of a client at 192.0.2.1, port 5000, as version 2 encodes them.
    package static let version4: [UInt8] = [192, 0, 2, 1, 10, 0, 0, 5, 0x13, 0x88, 0x20, 0xFB]

    /// The addresses of a client at 2001:db8::1, port 5000.
    package static let version6: [UInt8] =
        ([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])
        + ([0xFD] + [UInt8](repeating: 0, count: 14) + [5]) + [0x13, 0x88, 0x20, 0xFB]

    /// One extension: type, length, value.
    package static func `extension`(_ type: UInt8, _ value: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? value.count
        return [type, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)] + value
    }

    /// A header of version 2 for the client at 192.0.2.1, with extensions and, after them, a correct checksum.
    package static func checked(_ extensions: [UInt8] = []) -> [UInt8] {
        let open = block(family: 0x11, body: version4 + extensions + `extension`(3, [0, 0, 0, 0]))
        let sum = CRC32C.checksum(of: open)
        return open.dropLast(4) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    }
}
