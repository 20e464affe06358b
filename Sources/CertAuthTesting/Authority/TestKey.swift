// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// A private key for tests and development.
public struct TestKey: Sendable {
    /// The kinds of keys that can be generated.
    public enum Kind: Sendable, Hashable {
        /// ECDSA on P-256.
        case p256
        /// ECDSA on P-384.
        case p384
        /// ECDSA on P-521.
        case p521
        /// ECDSA on secp256k1, which TLS does not support.
        case secp256k1
        /// RSA; 2048 bits take about 100 ms to generate.
        case rsa(bits: Int)
        /// RSA with a key that is restricted to RSASSA-PSS.
        case rsaPSS(bits: Int)
        /// Ed25519.
        case ed25519
        /// Ed448.
        case ed448
        /// DSA, slow to generate; for negative tests.
        case dsa(bits: Int)
    }

    package let handle: PrivateKey

    package init(handle: PrivateKey) { self.handle = handle }

    /// Generates a key.
    public static func generate(_ kind: Kind = .p256) throws -> TestKey {
        TestKey(handle: try PrivateKey.generate(kind.openSSLKind))
    }

    /// Decodes the first private key of a PEM text.
    public init(pem: String, password: String? = nil) throws {
        handle = try PrivateKey(pem: pem, password: password)
    }

    /// Returns the key as PKCS #8 PEM, encrypted with AES-256-CBC if a password is given.
    public func pem(password: String? = nil) throws -> String { try handle.pem(password: password) }

    /// Returns the key as unencrypted PKCS #8 DER.
    public func derEncoded() throws -> [UInt8] { try handle.pkcs8DER() }

    /// Returns the public key as SubjectPublicKeyInfo DER.
    public func subjectPublicKeyInfo() throws -> [UInt8] { try handle.subjectPublicKeyInfo() }

    /// Returns the signature over `message`.
    package func signature(over message: [UInt8], scheme: SignatureScheme) throws -> [UInt8] {
        try handle.signature(over: message, digestName: scheme.digestName, padding: scheme.padding)
    }

    /// Returns a key identifier: the first 20 bytes of the SHA-256 of the SubjectPublicKeyInfo (RFC 7093 section 2,
    /// method 4).
    package func keyIdentifier() throws -> [UInt8] {
        Array(try DigestAlgorithm.sha256.digest(subjectPublicKeyInfo()).prefix(20))
    }
}

extension TestKey.Kind {
    fileprivate var openSSLKind: PrivateKeyKind {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .p521: .p521
        case .secp256k1: .secp256k1
        case .rsa(let bits): .rsa(bits: bits)
        case .rsaPSS(let bits): .rsaPSS(bits: bits)
        case .ed25519: .ed25519
        case .ed448: .ed448
        case .dsa(let bits): .dsa(bits: bits)
        }
    }
}
