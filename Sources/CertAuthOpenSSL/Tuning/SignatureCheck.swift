// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// An issuer's key with a signature algorithm, prepared for signature checks.
///
/// Sendable because nothing changes it after `init`: each check uses a copy. OpenSSL's reference counting of the key is
/// atomic.
final class SignatureCheck: @unchecked Sendable {
    let algorithm: CertificateSignature.Algorithm
    private let prepared: OpaquePointer

    /// Corresponds to `EVP_DigestVerifyInit_ex`.
    ///
    /// - Parameters:
    ///   - key: a key for the algorithm. The object takes its own reference.
    ///   - context: the library context in which the key was decoded.
    init?(_ algorithm: CertificateSignature.Algorithm, key: OpaquePointer, in context: OpaquePointer) {
        guard let prepared = EVP_MD_CTX_new() else { return nil }
        guard EVP_DigestVerifyInit_ex(prepared, nil, algorithm.digestName, context, nil, key, nil) == 1 else {
            EVP_MD_CTX_free(prepared)
            return nil
        }
        self.algorithm = algorithm
        self.prepared = prepared
    }

    deinit { EVP_MD_CTX_free(prepared) }

    /// Whether the key verifies the signature in the DER of `certificate`. Nil if OpenSSL could not try.
    ///
    /// Corresponds to `EVP_MD_CTX_copy_ex` and `EVP_DigestVerify`.
    func verifies(_ signature: CertificateSignature, of certificate: [UInt8]) -> Bool? {
        guard signature.algorithm == algorithm, let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_MD_CTX_copy_ex(context, prepared) == 1 else { return nil }
        return signature.isVerified(by: context, in: certificate)
    }
}
