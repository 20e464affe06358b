// SPDX-License-Identifier: Apache-2.0

/// The contents of a PKCS #12 file (.pfx, .p12): a key, its certificate and its issuers' certificates.
package struct PKCS12File: Sendable {
    /// Nil if the file contains only certificates.
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

    /// The ciphers that encrypt a file.
    package enum Protection: Hashable, Sendable {
        /// AES-256-CBC with PBKDF2, and a MAC of HMAC-SHA-256.
        case modern
        /// Triple DES and a MAC of HMAC-SHA-1, for Windows before 10 1709 and macOS before 15.
        case tripleDES
        /// Like `tripleDES`, but with the certificates encrypted by 40-bit RC2, as old Windows versions wrote them. For
        /// tests of importers.
        case rc2
    }
}
