// SPDX-License-Identifier: Apache-2.0
// What a PKCS #12 file (.pfx, .p12) holds.

/// A key, its certificate and the certificates above it.
package struct PKCS12File: Sendable {
    /// Nil when the file holds certificates alone.
    package let key: PrivateKey?
    /// The certificate that belongs to `key`.
    package let certificate: X509Certificate?
    /// All other certificates in the file's order.
    package let authorities: [X509Certificate]

    package init(key: PrivateKey?, certificate: X509Certificate?, authorities: [X509Certificate]) {
        self.key = key
        self.certificate = certificate
        self.authorities = authorities
    }

    /// The ciphers a file is written with.
    package enum Protection: Hashable, Sendable {
        /// AES-256-CBC with PBKDF2, and a MAC of HMAC-SHA-256.
        case modern
        /// Triple DES and a MAC of HMAC-SHA-1: what Windows before 10 1709 and macOS before 15 import.
        case tripleDES
        /// As `tripleDES`, with the certificates under 40-bit RC2, as Windows itself once wrote; for tests of importers.
        case rc2
    }
}
