// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension Certificate {
    /// The SHA-256 digests of the certificates that differ from this one only in the form of the ECDSA signature.
    ///
    /// The holder of a certificate can make them without its issuer: if (r, s) verifies, (r, n - s) verifies too, where
    /// n is the order of the issuer's curve (SEC 1 §4.1.4). Every accepted curve is tried, because the issuer may be
    /// unknown. Empty for other signatures.
    var signatureTwinDigests: [[UInt8]] {
        do throws(DERError) {
            var outer = DERReader(derEncoded)
            var parts = try outer.constructed()
            let signedPart = try parts.value(DERTag.sequence)
            let algorithm = try parts.value(DERTag.sequence)
            var signature = DERReader(Array(try parts.bitString().bytes))
            var numbers = try signature.constructed()
            let r = try numbers.value(DERTag.integer)
            let s = Array(try numbers.value(DERTag.integer).contents)
            try numbers.finish()
            try signature.finish()
            return Self.curveOrders.compactMap { order in
                guard let other = Self.difference(order, s) else { return nil }
                let twin = DERWriter.sequence([Array(r.encoding), DERWriter.value(DERTag.integer, other)])
                let encoding = DERWriter.sequence([
                    Array(signedPart.encoding), Array(algorithm.encoding),
                    DERWriter.value(DERTag.bitString, [0] + twin),
                ])
                return try? DigestAlgorithm.sha256.digest(encoding)
            }
        } catch {
            return []
        }
    }

    /// `order - number` as the contents of an INTEGER; nil unless the result is positive.
    private static func difference(_ order: [UInt8], _ number: [UInt8]) -> [UInt8]? {
        let digits = Array(number.drop { $0 == 0 })
        guard digits.count <= order.count, number.first.map({ $0 < 0x80 }) ?? false else { return nil }
        let padded = Array(repeating: 0, count: order.count - digits.count) + digits
        guard padded.lexicographicallyPrecedes(order) else { return nil }
        var result: [UInt8] = []
        var borrow = 0
        for (high, low) in zip(order, padded).reversed() {
            let value = Int(high) - Int(low) - borrow
            borrow = value < 0 ? 1 : 0
            result.append(UInt8(value + 256 * borrow))
        }
        return SerialNumber(magnitude: result.reversed()).bytes
    }

    /// The orders of P-256, P-384 and P-521 (SEC 2 §2.4.2, §2.5.1, §2.6.1).
    private static let curveOrders: [[UInt8]] = [
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c"
            + "47aebb6fb71e91386409",
    ].map { Hexadecimal.bytes($0) ?? [] }
}
