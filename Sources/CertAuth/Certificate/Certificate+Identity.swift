// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

extension Certificate: Hashable {
    /// Equal when the DER is equal.
    public static func == (left: Certificate, right: Certificate) -> Bool {
        left.digest == right.digest && left.derEncoded == right.derEncoded
    }

    /// Hashes the SHA-256 thumbprint.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension Certificate: CustomStringConvertible {
    /// The subject as RFC 4514 text, or the serial number if the subject is empty. Safe to print.
    public var description: String {
        subject.isEmpty ? "serial \(serialNumber)" : DisplayText.escaped(subject.rfc4514)
    }
}

extension Certificate {
    /// The digest of the DER. Nil if OpenSSL does not offer the algorithm.
    public func thumbprint(_ algorithm: Thumbprint.Algorithm) -> Thumbprint? {
        guard algorithm != .sha256 else { return sha256Thumbprint }
        return Self.thumbprint(of: derEncoded, algorithm)
    }

    /// The digest of the DER of subjectPublicKeyInfo. It does not change when a certificate is renewed with the same
    /// key.
    ///
    /// Nil if OpenSSL does not offer the algorithm.
    public func publicKeyHash(_ algorithm: Thumbprint.Algorithm = .sha256) -> Thumbprint? {
        Self.thumbprint(of: publicKey.derEncoded, algorithm)
    }

    private static func thumbprint(of bytes: [UInt8], _ algorithm: Thumbprint.Algorithm) -> Thumbprint? {
        do throws(OpenSSLError) {
            return Thumbprint(algorithm: algorithm, bytes: try algorithm.digest.digest(bytes))
        } catch {
            return nil
        }
    }

    /// Whether subject and issuer are the same name (RFC 5280 §3.2). This says nothing about the signature.
    package var isSelfIssued: Bool { subject.matches(issuer) }

    /// Whether the signature verifies with the certificate's own key.
    package var isSelfSigned: Bool { handle.isSelfSigned }

    /// Whether basicConstraints has cA TRUE.
    package var isCertificateAuthority: Bool { basicConstraints?.isCertificateAuthority ?? false }

    /// The extension with this identifier.
    public func value(of identifier: OID) -> CertificateExtension? {
        extensions.first { $0.identifier == identifier }
    }

    /// The URIs of the issuer's OCSP responders, in order.
    package var ocspResponders: [String] { locations(of: .accessOCSP) }

    /// The URIs of the issuer's own certificates, in order.
    package var issuerCertificateLocations: [String] { locations(of: .accessCAIssuers) }

    private func locations(of method: OID) -> [String] {
        authorityInfoAccess.filter { $0.method == method }.compactMap {
            if case .uri(let text) = $0.location { text } else { nil }
        }
    }
}
