// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Verifies with plain OpenSSL calls in the default library context. Every signature and every validity period is
/// checked each time.
struct PlainVerification: CertificateVerification {
    /// Corresponds to `d2i_X509`.
    func decode(
        _ der: [UInt8],
        key _: PublicKeyKind?,
        isUsual _: Bool
    ) throws(OpenSSLError) -> DecodedCertificate {
        DecodedCertificate(pointer: try X509Certificate.decode(der))
    }

    /// Corresponds to `EVP_DigestVerify`.
    func verifies(_ signature: CertificateSignature, in der: [UInt8], by issuer: X509Certificate) -> Bool? {
        guard let issuer = try? issuer.inDefaultContext() else { return nil }
        defer { ERR_clear_error() }
        return issuer.withPointer { pointer -> Bool? in
            guard let key = X509_get0_pubkey(pointer), let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            let algorithm = signature.algorithm
            guard EVP_PKEY_is_a(key, algorithm.keyKind.keyType) == 1,
                EVP_DigestVerifyInit_ex(context, nil, algorithm.digestName, nil, nil, key, nil) == 1
            else { return nil }
            return signature.isVerified(by: context, in: der)
        }
    }

    /// Corresponds to `X509_verify`.
    func isSigned(_ certificate: X509Certificate, by issuer: X509Certificate) -> Bool {
        if certificate.isWithoutKey {
            // The library context of such a certificate has no algorithms, so X509_verify can't be used.
            return certificate.signature.flatMap { verifies($0.position, in: $0.der, by: issuer) } ?? false
        }
        guard let certificate = try? certificate.inDefaultContext(), let issuer = try? issuer.inDefaultContext() else {
            return false
        }
        return certificate.isVerified(byKeyOf: issuer)
    }

    /// Corresponds to `X509_verify_cert`.
    ///
    /// Ignores what the caller knows about signatures and validity periods.
    func verify(_ inputs: PathVerification) throws(OpenSSLError) -> PathVerification.Outcome {
        let path = try inputs.path.map { certificate throws(OpenSSLError) in try certificate.inDefaultContext() }
        let run = try VerifyRun(inputs, path: path)
        // OpenSSL's own step verifies signatures with the objects that it received, and copies verify none.
        return try run.outcome(step: run.offersCopies ? PlainSignatures.callback : nil)
    }
}
