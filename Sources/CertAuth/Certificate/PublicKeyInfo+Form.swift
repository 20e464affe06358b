// SPDX-License-Identifier: Apache-2.0

/// Why every policy refuses a public key. The form of a key is checked on its bytes before OpenSSL decodes it.
package struct KeyFormDefect: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The encoding violates the standard of its algorithm.
        case malformed
        /// The key is well-formed, but gives no protection or cannot make signatures.
        case weak
        /// The key would take far more time than others to decode, or to verify a signature with.
        case costly
    }

    package let kind: Kind
    /// What was found and what was expected.
    package let message: String
    package let rule: String

    init(_ kind: Kind, _ message: String, _ rule: String) {
        self.kind = kind
        self.message = message
        self.rule = rule
    }
}

extension PublicKeyInfo {
    /// The maximum size of an RSA public exponent in bits.
    ///
    /// The time of a signature check grows with it. 64 is OpenSSL's own limit for a modulus of more than 3072 bits.
    /// OpenSSL has no limit for a smaller modulus, where an exponent of 3072 bits costs 100 times as much as the usual
    /// 65537.
    package static let largestExponentBits = 64

    /// Why every policy refuses this key; nil for a form that OpenSSL may decode.
    package var formDefect: KeyFormDefect? {
        switch kind {
        case .rsa, .rsaPSS: rsaDefect
        case .explicitEllipticCurve:
            KeyFormDefect(.costly, "elliptic curve by explicit parameters, expected a named curve", "RFC 5480 §2.1.1")
        case .ellipticCurve(let curve): pointDefect(coordinateBytes: Self.coordinateBytes(of: curve))
        case .ed25519: edwardsDefect(.ed25519)
        case .ed448: edwardsDefect(.ed448)
        case .dsa: nil
        case .other(let algorithm):
            KeyFormDefect(.weak, "key algorithm \(algorithm), expected RSA, ECDSA or EdDSA", "RFC 5280 §4.1.2.7")
        }
    }

    private func edwardsDefect(_ curve: EdwardsCurve) -> KeyFormDefect? {
        guard algorithm.parameters == nil else {
            return KeyFormDefect(.malformed, "\(summary) key with parameters, expected none", "RFC 8410 §3")
        }
        let point = keyBytes
        guard point.count == curve.encodedBytes else {
            let text = "\(summary) key of \(point.count) bytes, expected \(curve.encodedBytes)"
            return KeyFormDefect(.malformed, text, "RFC 8410 §4")
        }
        guard curve.isCanonical(point) else {
            let text = "\(summary) point whose coordinate is not below the field's prime"
            return KeyFormDefect(.malformed, text, curve.decodingRule)
        }
        guard !curve.isOfSmallOrder(point) else {
            let text = "\(summary) point of small order, for which signatures can be made without a private key"
            return KeyFormDefect(.weak, text, "RFC 8032 §8.4")
        }
        return nil
    }

    /// The length of a coordinate in bytes; nil for curves that no policy accepts at the default security level.
    private static func coordinateBytes(of curve: OID) -> Int? {
        switch curve {
        case .prime256v1: 32
        case .secp384r1: 48
        case .secp521r1: 66
        default: nil
        }
    }

    private func pointDefect(coordinateBytes: Int?) -> KeyFormDefect? {
        let point = keyBytes
        let form = point.first ?? 0
        guard (2...4).contains(form) else {
            let text = "elliptic curve point of form \(form), expected 4 (uncompressed), 2 or 3 (compressed)"
            return KeyFormDefect(.malformed, text, "RFC 5480 §2.2")
        }
        guard let coordinateBytes else { return nil }
        let expected = 1 + coordinateBytes * (form == 4 ? 2 : 1)
        guard point.count == expected else {
            let text = "\(summary) point of \(point.count) bytes, expected \(expected)"
            return KeyFormDefect(.malformed, text, "RFC 5480 §2.2")
        }
        return nil
    }

    private var rsaDefect: KeyFormDefect? {
        let parameters = algorithm.parameters
        if case .rsa = kind, let parameters, parameters != [DERTag.null, 0] {
            return KeyFormDefect(.malformed, "RSA key with parameters, expected NULL", "RFC 3279 §2.3.1")
        }
        if case .rsaPSS = kind, let parameters, parameters.first != DERTag.sequence {
            let text = "RSA-PSS key with parameters that are no SEQUENCE"
            return KeyFormDefect(.malformed, text, "RFC 4055 §3.1")
        }
        do throws(DERError) {
            var reader = DERReader(keyBytes)
            var fields = try reader.constructed()
            return Self.defect(modulus: try fields.integer(), exponent: try fields.integer())
        } catch {
            return KeyFormDefect(.malformed, "RSA key: \(error)", "RFC 8017 §A.1.1")
        }
    }

    /// RFC 8017 §3.1: n is a product of odd primes, e is odd and 3 <= e < n.
    private static func defect(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) -> KeyFormDefect? {
        let rule = "RFC 8017 §3.1"
        // The INTEGER is in two's complement, so the first bit is the sign.
        guard let first = modulus.first, first < 0x80, let last = modulus.last, !last.isMultiple(of: 2) else {
            return KeyFormDefect(.weak, "RSA modulus that is even or not positive", rule)
        }
        guard let sign = exponent.first, sign < 0x80 else {
            return KeyFormDefect(.weak, "negative RSA exponent, expected at least 3", rule)
        }
        let digits = exponent.drop { $0 == 0 }
        let bits = digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
        guard bits <= largestExponentBits else {
            let text = "RSA exponent of \(bits) bits, expected at most \(largestExponentBits)"
            return KeyFormDefect(.costly, text, rule)
        }
        let value = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value >= 3, !value.isMultiple(of: 2) else {
            return KeyFormDefect(.weak, "RSA exponent \(value), expected an odd number from 3 on", rule)
        }
        let factors = modulus.drop { $0 == 0 }
        if factors.count <= 8, factors.reduce(UInt64(0), { $0 << 8 | UInt64($1) }) <= value {
            return KeyFormDefect(.weak, "RSA exponent that is not below the modulus", rule)
        }
        return nil
    }
}
