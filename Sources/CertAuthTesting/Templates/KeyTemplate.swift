// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// SubjectPublicKeyInfo encodings that no key generator creates. Any part can be made invalid.
package enum KeyTemplate {
    /// Any key.
    ///
    /// - Parameters:
    ///   - algorithm: the dotted identifier.
    ///   - parameters: one DER value; nil omits it.
    package static func key(_ algorithm: String, parameters: [UInt8]? = nil, _ key: [UInt8]) -> [UInt8] {
        DER.sequence([
            DER.sequence([DER.objectIdentifier(dotted: algorithm), parameters ?? []]), DER.bitString(key),
        ])
    }

    /// An RSA key from the contents octets of both numbers, written unchanged.
    package static func rsa(modulus: [UInt8], exponent: [UInt8], parameters: [UInt8]? = DER.null) -> [UInt8] {
        let numbers = [DER.integer(contents: modulus), DER.integer(contents: exponent)]
        return key("1.2.840.113549.1.1.1", parameters: parameters, DER.sequence(numbers))
    }

    /// A modulus with this number of bits, odd or even, for keys that sign nothing.
    package static func modulus(bits: Int, isOdd: Bool = true) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: (bits + 7) / 8)
        bytes[0] = 1 << UInt8((bits - 1) % 8)
        bytes[bytes.count - 1] = isOdd ? 0xA5 : 0xA4
        return (bytes[0] < 0x80 ? [] : [0]) + bytes
    }

    /// A point on a named curve.
    package static func point(_ point: [UInt8], onCurve curve: String) -> [UInt8] {
        key(ecPublicKey, parameters: DER.objectIdentifier(dotted: curve), point)
    }

    /// Returns the point of a key on a curve, uncompressed.
    ///
    /// - Parameter coordinateBytes: 32 for P-256, 48 for P-384, 66 for P-521.
    package static func point(of key: TestKey, coordinateBytes: Int = 32) throws -> [UInt8] {
        try key.subjectPublicKeyInfo().suffix(1 + 2 * coordinateBytes)
    }

    /// Returns the same point in compressed form.
    package static func compressed(_ point: [UInt8]) -> [UInt8] {
        [point.last?.isMultiple(of: 2) == true ? 2 : 3] + point.dropFirst().prefix((point.count - 1) / 2)
    }

    /// A P-256 key with explicit curve parameters instead of a named curve (ECParameters of X9.62); its private key is
    /// that of `key`.
    package static func explicitCurve(of key: TestKey) throws -> [UInt8] {
        let prime = [0] + bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
        let order = [0] + bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        let generator =
            [4] + bytes("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
            + bytes("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
        let curve = DER.sequence([
            DER.octetString(bytes("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc")),
            DER.octetString(bytes("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")),
        ])
        let parameters = DER.sequence([
            DER.integer(1),
            DER.sequence([DER.objectIdentifier(dotted: "1.2.840.10045.1.1"), DER.integer(contents: prime)]),
            curve, DER.octetString(generator), DER.integer(contents: order), DER.integer(1),
        ])
        return try self.key(ecPublicKey, parameters: parameters, point(of: key))
    }

    private static let ecPublicKey = "1.2.840.10045.2.1"

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        guard let bytes = Hexadecimal.bytes(hexadecimal) else { preconditionFailure("not hexadecimal: \(hexadecimal)") }
        return bytes
    }
}
