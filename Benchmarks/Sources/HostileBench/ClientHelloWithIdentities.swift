// SPDX-License-Identifier: Apache-2.0
// A ClientHello that offers to resume many sessions at once (RFC 8446 section 4.2.11).

import CReference

/// A ClientHello that offers sessions that never were.
struct ClientHelloWithIdentities {
    /// In one record.
    let record: [UInt8]

    /// Appends the extension, which must be the last one, to the ClientHello of OpenSSL's client.
    init?(count: Int) {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let length = certauth_stranger_hello(&bytes, bytes.count)
        guard length > 9 else { return nil }
        let hello = Array(bytes[9..<length])
        var position = 34
        // The session id, the cipher suites, the compression methods.
        position += 1 + Int(hello[position])
        position += 2 + Self.number(hello, at: position)
        position += 1 + Int(hello[position])
        let identity = Self.vector([UInt8](repeating: 0x77, count: 24)) + [0, 0, 0, 0]
        let binder = [32] + [UInt8](repeating: 0x33, count: 32)
        let identities = Self.vector([[UInt8]](repeating: identity, count: count).flatMap { $0 })
        let binders = Self.vector([[UInt8]](repeating: binder, count: count).flatMap { $0 })
        let extensions = Array(hello[(position + 2)...]) + [0, 41] + Self.vector(identities + binders)
        let body = Array(hello[..<position]) + Self.vector(extensions)
        let message = [1, UInt8(body.count >> 16), UInt8(body.count >> 8 & 0xFF), UInt8(body.count & 0xFF)] + body
        var record: [UInt8] = []
        for start in stride(from: 0, to: message.count, by: 16_384) {
            record += [22, 3, 1] + Self.vector(Array(message[start..<min(message.count, start + 16_384)]))
        }
        self.record = record
    }

    private static func number(_ bytes: [UInt8], at position: Int) -> Int {
        Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }

    private static func vector(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
