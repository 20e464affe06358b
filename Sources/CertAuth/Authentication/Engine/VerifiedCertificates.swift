// SPDX-License-Identifier: Apache-2.0

/// Parsed certificates by the SHA-256 of their DER, and which certificate's key verified the signature of which.
///
/// Both are facts about bytes, not about trust. Both tables are bounded; the least recently used entry is dropped.
struct VerifiedCertificates: Sendable {
    /// The key of `issuer` verified the signature of `certificate`.
    private struct Link: Hashable, Sendable {
        let certificate: Thumbprint
        let issuer: Thumbprint

        init(_ certificate: Certificate, _ issuer: Certificate) {
            self.certificate = certificate.sha256Thumbprint
            self.issuer = issuer.sha256Thumbprint
        }
    }

    private var certificates: LeastRecentlyUsed<Thumbprint, Certificate>
    private var links: LeastRecentlyUsed<Link, Bool>

    /// - Parameter capacity: of certificates, and of links; at least 1.
    init(capacity: Int) {
        certificates = LeastRecentlyUsed(capacity: max(1, capacity))
        links = LeastRecentlyUsed(capacity: max(1, capacity))
    }

    /// The number of certificates.
    var count: Int { certificates.count }

    /// The certificate with exactly these bytes.
    mutating func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate? {
        guard let found = certificates.value(for: digest), found.derEncoded == derEncoded else { return nil }
        return found
    }

    /// Whether the key of exactly this issuer's certificate verified the signature of `certificate`.
    mutating func isSigned(_ certificate: Certificate, by issuer: Certificate) -> Bool {
        links.value(for: Link(certificate, issuer)) != nil
    }

    /// Remembers a certificate whose signature the key of `issuer` verified.
    mutating func insert(_ certificate: Certificate, signedBy issuer: Certificate) {
        certificates.insert(certificate, for: certificate.sha256Thumbprint)
        links.insert(true, for: Link(certificate, issuer))
    }
}
