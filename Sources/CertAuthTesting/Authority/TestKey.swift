// SPDX-License-Identifier: Apache-2.0
// A private key for tests and development.

package import CertAuthOpenSSL

/// A private key.
public struct TestKey: Sendable {
    /// Which keys can be made.
    public enum Kind: Sendable, Hashable {
        /// ECDSA on P-256.
        case p256
        /// ECDSA on P-384.
        case p384
        /// ECDSA on P-521.
        case p521
        /// ECDSA on secp256k1, which TLS does not know.
        case secp256k1
        /// RSA; 2048 bits take about 100 ms to make.
        case rsa(bits: Int)
        /// RSA whose key says that it signs with RSASSA-PSS alone.
        case rsaPSS(bits: Int)
        /// Ed25519.
        case ed25519
        /// Ed448.
        case ed448
        /// DSA, slow to make; for negative tests.
        case dsa(bits: Int)
    }

    package let handle: PrivateKey

    package init(handle: PrivateKey) { self.handle = handle }

    /// Makes a new key.
    public static func generate(_ kind: Kind = .p256) throws -> TestKey {
        TestKey(handle: try PrivateKey.generate(kind.openSSLKind))
    }

    /// Reads the first private key of a PEM text.
    public init(pem: String, password: String? = nil) throws {
        handle = try PrivateKey(pem: pem, password: password)
    }

    /// The key as PKCS #8 PEM, encrypted with AES-256-CBC when a password is given.
    public func pem(password: String? = nil) throws -> String { try handle.pem(password: password) }

    /// The key as unencrypted PKCS #8 DER.
    public func derEncoded() throws -> [UInt8] { try handle.pkcs8DER() }

    /// The public half as SubjectPublicKeyInfo DER.
    public func subjectPublicKeyInfo() throws -> [UInt8] { try handle.subjectPublicKeyInfo() }

    /// The signature over `message`.
    package func signature(over message: [UInt8], scheme: SignatureScheme) throws -> [UInt8] {
        try handle.signature(over: message, digestName: scheme.digestName, padding: scheme.padding)
    }

    /// A key identifier: the first 20 bytes of the SHA-256 of the SubjectPublicKeyInfo (RFC 7093 §2, method 4).
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
