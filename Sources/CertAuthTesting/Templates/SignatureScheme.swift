// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// A signature algorithm with its parameters.
package struct SignatureScheme: Sendable, Hashable {
    /// The encoded AlgorithmIdentifier.
    package var identifier: [UInt8]
    /// OpenSSL's name of the digest; nil for Ed25519 and Ed448.
    package let digestName: String?
    package let padding: SignaturePadding

    private init(_ dotted: String, digest: String?, parameters: [UInt8] = []) {
        identifier = DER.sequence([DER.objectIdentifier(dotted: dotted), parameters])
        digestName = digest
        padding = .standard
    }

    private init(pss digest: String, dotted: String, saltLength: Int) {
        let hash = DER.sequence([DER.objectIdentifier(dotted: dotted), DER.null])
        let mask = DER.sequence([DER.objectIdentifier(dotted: "1.2.840.113549.1.1.8"), hash])
        let parameters = DER.sequence([
            DER.constructed(0, [hash]), DER.constructed(1, [mask]), DER.constructed(2, [DER.integer(saltLength)]),
        ])
        identifier = DER.sequence([DER.objectIdentifier(dotted: "1.2.840.113549.1.1.10"), parameters])
        digestName = digest
        padding = .pss
    }

    /// ECDSA with SHA-1, which only security level 0 accepts.
    package static let ecdsaSHA1 = SignatureScheme("1.2.840.10045.4.1", digest: "SHA1")
    /// ECDSA with SHA-224, which few authorities use.
    package static let ecdsaSHA224 = SignatureScheme("1.2.840.10045.4.3.1", digest: "SHA224")
    /// ECDSA with SHA-256.
    package static let ecdsaSHA256 = SignatureScheme("1.2.840.10045.4.3.2", digest: "SHA256")
    /// ECDSA with SHA-384.
    package static let ecdsaSHA384 = SignatureScheme("1.2.840.10045.4.3.3", digest: "SHA384")
    /// ECDSA with SHA-512.
    package static let ecdsaSHA512 = SignatureScheme("1.2.840.10045.4.3.4", digest: "SHA512")
    /// RSA PKCS #1 v1.5 with MD5, broken since 2004.
    package static let rsaMD5 = SignatureScheme("1.2.840.113549.1.1.4", digest: "MD5", parameters: DER.null)
    /// RSA PKCS #1 v1.5 with SHA-1, broken since 2017.
    package static let rsaSHA1 = SignatureScheme("1.2.840.113549.1.1.5", digest: "SHA1", parameters: DER.null)
    /// RSA PKCS #1 v1.5 with SHA-224, which few authorities use.
    package static let rsaSHA224 = SignatureScheme("1.2.840.113549.1.1.14", digest: "SHA224", parameters: DER.null)
    /// RSA PKCS #1 v1.5 with SHA-256.
    package static let rsaSHA256 = SignatureScheme("1.2.840.113549.1.1.11", digest: "SHA256", parameters: DER.null)
    /// RSA PKCS #1 v1.5 with SHA-384.
    package static let rsaSHA384 = SignatureScheme("1.2.840.113549.1.1.12", digest: "SHA384", parameters: DER.null)
    /// RSA PKCS #1 v1.5 with SHA-512.
    package static let rsaSHA512 = SignatureScheme("1.2.840.113549.1.1.13", digest: "SHA512", parameters: DER.null)
    /// RSASSA-PSS with SHA-256 for message and mask.
    package static let rsaPSSSHA256 = SignatureScheme(pss: "SHA256", dotted: "2.16.840.1.101.3.4.2.1", saltLength: 32)
    /// RSASSA-PSS with SHA-384 for message and mask.
    package static let rsaPSSSHA384 = SignatureScheme(pss: "SHA384", dotted: "2.16.840.1.101.3.4.2.2", saltLength: 48)
    /// RSASSA-PSS with SHA-512 for message and mask.
    package static let rsaPSSSHA512 = SignatureScheme(pss: "SHA512", dotted: "2.16.840.1.101.3.4.2.3", saltLength: 64)
    /// Ed25519.
    package static let ed25519 = SignatureScheme("1.3.101.112", digest: nil)
    /// Ed448.
    package static let ed448 = SignatureScheme("1.3.101.113", digest: nil)
    /// DSA with SHA-256.
    package static let dsaSHA256 = SignatureScheme("2.16.840.1.101.3.4.3.2", digest: "SHA256")

    /// Returns the usual scheme of a key.
    package static func preferred(for key: TestKey) -> SignatureScheme {
        switch (key.handle.algorithmName, key.handle.bits) {
        case ("RSA", _): .rsaSHA256
        case ("RSA-PSS", _): .rsaPSSSHA256
        case ("ED25519", _): .ed25519
        case ("ED448", _): .ed448
        case ("DSA", _): .dsaSHA256
        case (_, 385...): .ecdsaSHA512
        case (_, 257...): .ecdsaSHA384
        default: .ecdsaSHA256
        }
    }
}
