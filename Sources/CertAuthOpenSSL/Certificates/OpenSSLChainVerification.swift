// SPDX-License-Identifier: Apache-2.0
// X509_verify_cert as most programs call it: with all certificates at once, so that OpenSSL chooses the path.

import COpenSSL

/// OpenSSL's own result for a leaf, a pool of certificates and trust anchors, without the path building of CertAuth.
///
/// Never used to authenticate clients. The rest of the library is compared with it.
package struct OpenSSLChainVerification: Sendable {
    package var leaf: X509Certificate
    package var pool: [X509Certificate]
    package var anchors: [X509Certificate]
    /// Seconds since 1970.
    package var time: Int64

    package init(leaf: X509Certificate, pool: [X509Certificate], anchors: [X509Certificate], time: Int64) {
        self.leaf = leaf
        self.pool = pool
        self.anchors = anchors
        self.time = time
    }

    /// The first error. Nil if OpenSSL accepts. Corresponds to `X509_verify_cert` for TLS clients at level 2.
    package func run() throws(OpenSSLError) -> VerifyError? {
        let untrusted = try CertificateStack(pool)
        let trusted = try CertificateStack(anchors)
        let context = try checked("X509_STORE_CTX_new") { X509_STORE_CTX_new() }
        defer { X509_STORE_CTX_free(context) }
        return try untrusted.withPointer { untrusted throws(OpenSSLError) in
            try trusted.withPointer { trusted throws(OpenSSLError) in
                _ = try leaf.withPointer { leaf throws(OpenSSLError) in
                    try checkedStatus("X509_STORE_CTX_init") { X509_STORE_CTX_init(context, nil, leaf, untrusted) }
                }
                X509_STORE_CTX_set0_trusted_stack(context, trusted)
                let parameters = try checked("X509_STORE_CTX_get0_param") { X509_STORE_CTX_get0_param(context) }
                X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
                X509_VERIFY_PARAM_set_time(parameters, time_t(time))
                X509_VERIFY_PARAM_set_auth_level(parameters, 2)
                X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT)
                return outcome(context)
            }
        }
    }

    private func outcome(_ context: OpaquePointer) -> VerifyError? {
        defer { ERR_clear_error() }
        guard X509_verify_cert(context) != 1 else { return nil }
        let code = X509_STORE_CTX_get_error(context)
        return VerifyError(code: code, depth: Int(X509_STORE_CTX_get_error_depth(context)))
    }
}
