// SPDX-License-Identifier: Apache-2.0
// The second signature that everybody can make out of an ECDSA signature: (r, n - s) verifies where (r, s) does.

import CertAuth
import CertAuthTesting

/// Certificates that say the same, byte for byte, under another valid signature.
enum SignatureTwin {
    /// The order of P-256, big-endian (SEC 2 §2.4.2).
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// The twin of a certificate that a P-256 key signed.
    static func certificate(of derEncoded: [UInt8]) throws -> [UInt8] {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        let signed = try outer.value()
        let algorithm = try outer.value()
        var signature = DERReader(Array(try outer.bitString().bytes))
        var numbers = try signature.constructed()
        let r = try numbers.value()
        let s = try numbers.value()
        let twin = DER.sequence([Array(r.encoding), DER.integer(contents: negated(Array(s.contents)))])
        return DER.sequence([Array(signed.encoding), Array(algorithm.encoding), DER.value(0x03, [0] + twin)])
    }

    /// `n - s`, as the contents octets of an INTEGER.
    private static func negated(_ s: [UInt8]) -> [UInt8] {
        let number = Array(repeating: 0, count: max(0, order.count - s.count)) + s.suffix(order.count)
        var result: [UInt8] = []
        var borrow = 0
        for (high, low) in zip(order, number).reversed() {
            let difference = Int(high) - Int(low) - borrow
            borrow = difference < 0 ? 1 : 0
            result.insert(UInt8(difference + 256 * borrow), at: 0)
        }
        let shortest = Array(result.drop { $0 == 0 })
        return (shortest.first ?? 0x80) & 0x80 == 0 ? shortest : [0] + shortest
    }
}
