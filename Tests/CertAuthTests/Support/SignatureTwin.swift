// SPDX-License-Identifier: Apache-2.0
// The second valid form of an ECDSA signature, which anyone can compute: (r, n - s) verifies if (r, s) does.

import CertAuth
import CertAuthTesting

/// Certificates with the same signed bytes and another valid signature.
enum SignatureTwin {
    /// The order of P-256, big-endian (SEC 2 section 2.4.2).
    static let p256: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// The order of P-384 (SEC 2 section 2.5.1).
    static let p384: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF,
        0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
    ]

    /// The order of P-521 (SEC 2 section 2.6.1).
    static let p521: [UInt8] = [
        0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01, 0x48, 0xF7, 0x09,
        0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F, 0xB7, 0x1E, 0x91, 0x38,
        0x64, 0x09,
    ]

    /// The twin of a certificate that was signed with a key on the curve of this order.
    static func certificate(of derEncoded: [UInt8], order: [UInt8] = p256) throws -> [UInt8] {
        var reader = DERReader(derEncoded)
        var outer = try reader.constructed()
        let signed = try outer.value()
        let algorithm = try outer.value()
        var signature = DERReader(Array(try outer.bitString().bytes))
        var numbers = try signature.constructed()
        let r = try numbers.value()
        let s = try numbers.value()
        let twin = DER.sequence([Array(r.encoding), DER.integer(contents: negated(Array(s.contents), order))])
        return DER.sequence([Array(signed.encoding), Array(algorithm.encoding), DER.value(0x03, [0] + twin)])
    }

    /// Returns `n - s` as the contents octets of an INTEGER.
    private static func negated(_ s: [UInt8], _ order: [UInt8]) -> [UInt8] {
        let digits = Array(s.drop { $0 == 0 })
        let number = Array(repeating: 0, count: order.count - digits.count) + digits
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
