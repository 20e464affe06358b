// SPDX-License-Identifier: Apache-2.0
// Self-signed certificates are known by their digest.

/// A certificate or key that is accepted by its digest.
public enum CertificatePin: Sendable, Hashable {
    /// The SHA-256, SHA-384 or SHA-512 digest of the certificate's DER.
    case certificate(Thumbprint)
    /// The same of its subjectPublicKeyInfo, which survives a renewal with the same key.
    case publicKey(Thumbprint)

    /// The digest.
    package var thumbprint: Thumbprint {
        switch self {
        case .certificate(let thumbprint), .publicKey(let thumbprint): thumbprint
        }
    }

    func matches(_ certificate: Certificate) -> Bool {
        switch self {
        case .certificate(let pin): certificate.thumbprint(pin.algorithm) == pin
        case .publicKey(let pin): certificate.publicKeyHash(pin.algorithm) == pin
        }
    }
}
