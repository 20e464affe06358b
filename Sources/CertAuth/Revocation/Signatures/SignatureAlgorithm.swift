// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// A signature algorithm of a CRL or OCSP response that CertAuth can verify. Unsupported algorithms have no value of
/// this type.
struct SignatureAlgorithm: Sendable, Hashable {
    let verification: SignatureVerification
    /// Whether the digest is MD5 or SHA-1.
    let usesWeakDigest: Bool

    /// Nil for an unknown algorithm and for parameters that do not fit it.
    init?(_ identifier: AlgorithmIdentifier) {
        let plain = identifier.parameters == nil
        let null = plain || identifier.parameters == [DERTag.null, 0]
        if let digest = Self.rsaDigests[identifier.algorithm] {
            guard null else { return nil }
            self.init(keyTypes: ["RSA"], digest: digest)
        } else if let digest = Self.ecdsaDigests[identifier.algorithm] {
            guard plain else { return nil }
            self.init(keyTypes: ["EC"], digest: digest)
        } else if let digest = Self.dsaDigests[identifier.algorithm] {
            guard null else { return nil }
            self.init(keyTypes: ["DSA"], digest: digest)
        } else if identifier.algorithm == .ed25519 || identifier.algorithm == .ed448 {
            guard plain else { return nil }
            let keyType = identifier.algorithm == .ed25519 ? "ED25519" : "ED448"
            self.init(keyTypes: [keyType], digest: nil)
        } else if identifier.algorithm == .rsassaPSS {
            guard let parameters = PSSParameters(identifier.parameters ?? DERWriter.sequence([])) else { return nil }
            let mask = SignatureVerification.PSS(
                maskDigestName: parameters.maskDigest,
                saltLength: parameters.saltLength
            )
            self.init(keyTypes: ["RSA", "RSA-PSS"], digest: parameters.digest, pss: mask)
        } else {
            return nil
        }
    }

    /// The algorithm as text: `RSA with SHA1`, `ECDSA with SHA256`, `ED25519`.
    var name: String {
        let key = verification.keyTypes.first ?? ""
        guard let digest = verification.digestName else { return key }
        return "\(key == "EC" ? "ECDSA" : key) with \(digest)"
    }

    private init(keyTypes: [String], digest: String?, pss: SignatureVerification.PSS? = nil) {
        verification = SignatureVerification(keyTypes: keyTypes, digestName: digest, pss: pss)
        usesWeakDigest = digest == "MD5" || digest == "SHA1"
    }

    private static let rsaDigests: [OID: String] = [
        OID(known: 1, 2, 840, 113_549, 1, 1, 4): "MD5", OID(known: 1, 2, 840, 113_549, 1, 1, 5): "SHA1",
        OID(known: 1, 2, 840, 113_549, 1, 1, 14): "SHA224", OID(known: 1, 2, 840, 113_549, 1, 1, 11): "SHA256",
        OID(known: 1, 2, 840, 113_549, 1, 1, 12): "SHA384", OID(known: 1, 2, 840, 113_549, 1, 1, 13): "SHA512",
    ]
    private static let ecdsaDigests: [OID: String] = [
        OID(known: 1, 2, 840, 10_045, 4, 1): "SHA1", OID(known: 1, 2, 840, 10_045, 4, 3, 1): "SHA224",
        OID(known: 1, 2, 840, 10_045, 4, 3, 2): "SHA256", OID(known: 1, 2, 840, 10_045, 4, 3, 3): "SHA384",
        OID(known: 1, 2, 840, 10_045, 4, 3, 4): "SHA512",
    ]
    private static let dsaDigests: [OID: String] = [
        OID(known: 1, 2, 840, 10_040, 4, 3): "SHA1", OID(known: 2, 16, 840, 1, 101, 3, 4, 3, 1): "SHA224",
        OID(known: 2, 16, 840, 1, 101, 3, 4, 3, 2): "SHA256",
    ]
}
