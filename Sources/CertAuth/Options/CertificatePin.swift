// SPDX-License-Identifier: Apache-2.0

/// A self-signed certificate, or its key, that is accepted by its digest.
public enum CertificatePin: Sendable, Hashable {
    /// The SHA-256, SHA-384 or SHA-512 digest of the certificate's DER.
    case certificate(Thumbprint)
    /// The same digests of its subjectPublicKeyInfo, which does not change when a certificate is renewed with the same
    /// key.
    case publicKey(Thumbprint)

    /// The digest.
    package var thumbprint: Thumbprint {
        switch self {
        case .certificate(let thumbprint), .publicKey(let thumbprint): thumbprint
        }
    }
}
