// SPDX-License-Identifier: Apache-2.0
// The owner of one EVP_PKEY that contains a private key.

import COpenSSL

/// A private key.
///
/// Sendable because it is immutable after `init`, and OpenSSL locks the caches inside.
package final class PrivateKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes ownership of the caller's reference.
    package init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// Lends the `EVP_PKEY *` for the duration of the closure.
    package func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }

    /// OpenSSL's name of the algorithm: `EC`, `RSA`, `RSA-PSS`, `ED25519`, `ED448`, `DSA`.
    ///
    /// Corresponds to `EVP_PKEY_get0_type_name`.
    package var algorithmName: String {
        EVP_PKEY_get0_type_name(pointer).map { String(cString: $0) } ?? ""
    }

    /// The size that determines the algorithm's strength. Corresponds to `EVP_PKEY_get_bits`.
    package var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// The public key as SubjectPublicKeyInfo DER. Corresponds to `i2d_PUBKEY`.
    package func subjectPublicKeyInfo() throws(OpenSSLError) -> [UInt8] {
        try encoded("i2d_PUBKEY") { i2d_PUBKEY(pointer, $0) }
    }

    /// True if `certificate` contains the public key of this key. Corresponds to `EVP_PKEY_eq`.
    ///
    /// Parameters are compared too: an RSA key does not match an RSA-PSS certificate.
    package func matches(_ certificate: X509Certificate) -> Bool {
        defer { ERR_clear_error() }
        return certificate.withPointer { certificate in
            guard let publicKey = X509_get0_pubkey(certificate) else { return false }
            return EVP_PKEY_eq(publicKey, pointer) == 1
        }
    }
}
