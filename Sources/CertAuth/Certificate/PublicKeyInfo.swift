// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// A subjectPublicKeyInfo (RFC 5280 §4.1.2.7).
public struct PublicKeyInfo: Sendable, Hashable {
    /// The kinds of keys that are distinguished.
    public enum Kind: Sendable, Hashable {
        /// RSA, with the size of the modulus.
        case rsa(bits: Int)
        /// RSA for PSS signatures only, with the size of the modulus.
        case rsaPSS(bits: Int)
        /// An elliptic curve identified by name.
        case ellipticCurve(OID)
        /// An elliptic curve with explicit parameters (exploited in CVE-2022-0778).
        case explicitEllipticCurve
        /// Edwards curve 25519.
        case ed25519
        /// Edwards curve 448.
        case ed448
        /// DSA.
        case dsa
        /// Anything else.
        case other(OID)
    }

    /// The algorithm with its parameters.
    package let algorithm: AlgorithmIdentifier
    /// The kind and size.
    public let kind: Kind
    /// The key's bits without the algorithm.
    package var subjectPublicKey: [UInt8] { Array(keyBytes) }
    var keyBytes: ArraySlice<UInt8> { derEncoded[keyStart...] }
    /// The DER of the whole structure.
    public let derEncoded: [UInt8]
    private let keyStart: Int

    package init(from reader: inout DERReader) throws(DERError) {
        let sequence = try reader.value(DERTag.sequence)
        var fields = sequence.reader
        algorithm = try AlgorithmIdentifier(from: &fields)
        let bits = try fields.bitString()
        try fields.finish()
        guard bits.unusedBits == 0 else {
            throw DERError(.invalidValue("a public key with unused bits"), at: sequence.encoding.startIndex)
        }
        derEncoded = Array(sequence.encoding)
        // The BIT STRING is the last field, so its bits end where the structure ends.
        keyStart = derEncoded.count - bits.bytes.count
        kind = try Self.kind(algorithm, key: derEncoded, from: keyStart)
    }

    private static func kind(
        _ algorithm: AlgorithmIdentifier,
        key derEncoded: [UInt8],
        from start: Int
    ) throws(DERError) -> Kind {
        switch algorithm.algorithm {
        case .rsaEncryption: return .rsa(bits: try modulusBits(Array(derEncoded[start...])))
        case .rsassaPSS: return .rsaPSS(bits: try modulusBits(Array(derEncoded[start...])))
        case .ed25519: return .ed25519
        case .ed448: return .ed448
        case .dsa: return .dsa
        case .ecPublicKey:
            guard let parameters = algorithm.parameters else { return .explicitEllipticCurve }
            var reader = DERReader(parameters)
            guard reader.nextTag == DERTag.objectIdentifier else { return .explicitEllipticCurve }
            return .ellipticCurve(try reader.objectIdentifier())
        default: return .other(algorithm.algorithm)
        }
    }

    /// The bit length of the modulus of an RSAPublicKey (RFC 8017 §A.1.1).
    private static func modulusBits(_ key: [UInt8]) throws(DERError) -> Int {
        var reader = DERReader(key)
        var fields = try reader.constructed()
        try reader.finish()
        let modulus = try fields.integer().drop { $0 == 0 }
        _ = try fields.integer()
        try fields.finish()
        guard let first = modulus.first else { return 0 }
        return modulus.count * 8 - first.leadingZeroBitCount
    }
}

extension PublicKeyInfo {
    /// The library context in which OpenSSL decodes the key fastest; nil for kinds without a context of their own.
    package var decodedKind: PublicKeyKind? {
        switch kind {
        case .rsa: .rsa
        case .ellipticCurve: .ellipticCurve
        case .ed25519: .ed25519
        case .ed448: .ed448
        case .rsaPSS, .explicitEllipticCurve, .dsa, .other: nil
        }
    }

    /// Whether the key is a point on P-256, P-384 or P-521. OpenSSL decodes it in the context for curves or not at all.
    var isOnUsualCurve: Bool {
        switch kind {
        case .ellipticCurve(.prime256v1), .ellipticCurve(.secp384r1), .ellipticCurve(.secp521r1): true
        default: false
        }
    }

    /// The size of the modulus or field in bits; nil if the kind does not determine it.
    package var bitCount: Int? {
        switch kind {
        case .rsa(let bits), .rsaPSS(let bits): bits
        case .ellipticCurve(.prime256v1), .ed25519: 256
        case .ellipticCurve(.secp384r1): 384
        case .ellipticCurve(.secp521r1): 521
        case .ed448: 456
        case .ellipticCurve, .explicitEllipticCurve, .dsa, .other: nil
        }
    }

    /// The key as text: `RSA 2048`, `P-256`, `Ed25519`.
    package var summary: String {
        switch kind {
        case .rsa(let bits): "RSA \(bits)"
        case .rsaPSS(let bits): "RSA-PSS \(bits)"
        case .ellipticCurve(.prime256v1): "P-256"
        case .ellipticCurve(.secp384r1): "P-384"
        case .ellipticCurve(.secp521r1): "P-521"
        case .ellipticCurve(let curve): "curve \(curve)"
        case .explicitEllipticCurve: "curve by explicit parameters"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        case .dsa: "DSA"
        case .other(let algorithm): "algorithm \(algorithm)"
        }
    }
}
