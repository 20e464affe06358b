// SPDX-License-Identifier: Apache-2.0
// The signatures of a chain that X509_verify_cert has built: what is known of them, and checks that are prepared.
//
// OpenSSL checks signatures and validity periods in one step, which this one replaces: validity periods are left to the
// caller's own check, which has passed. Everything before and after stays OpenSSL's: building the chain, extensions,
// purpose, strength of keys and signatures, names, policies. What this step finds fault with is judged again by OpenSSL's
// own step, so that it can only save work; but for a signature that the caller knows not to verify.

import COpenSSL

/// Checks the signatures of a chain that libcrypto has built.
enum ChainSignatures {
    /// Installed with `X509_STORE_CTX_set_verify`, in place of OpenSSL's `internal_verify`.
    static let callback: X509_STORE_CTX_verify_fn = { context in
        guard let context, let data = X509_STORE_CTX_get_ex_data(context, VerifyRecord.index) else { return 0 }
        let record = data.assumingMemoryBound(to: VerifyRecord.self)
        guard let fault = fault(in: context, record.pointee) else { return 1 }
        X509_STORE_CTX_set_error(context, fault.code)
        X509_STORE_CTX_set_error_depth(context, Int32(fault.depth))
        return 0
    }

    /// The first fault that is not waived, from the anchor down.
    private static func fault(in context: OpaquePointer, _ record: VerifyRecord) -> VerifyError? {
        defer { ERR_clear_error() }
        let last = record.path.count - 1
        guard let chain = X509_STORE_CTX_get0_chain(context), Int(CA_sk_X509_num(chain)) == record.path.count else {
            return VerifyError(code: X509_V_ERR_UNSPECIFIED, depth: 0)
        }
        for depth in (0...last).reversed() {
            // What is known is known of these very objects, not of what else may stand in the chain.
            guard record.pointers[depth] == CA_sk_X509_value(chain, Int32(depth)) else {
                return VerifyError(code: X509_V_ERR_UNSPECIFIED, depth: depth)
            }
            if depth < last, let fault = signatureFault(at: depth, record) { return fault }
        }
        return nil
    }

    private static func signatureFault(at depth: Int, _ record: VerifyRecord) -> VerifyError? {
        let issuer = record.path[depth + 1]
        // Without the extension every bit counts as set. Of a certificate that OpenSSL marks as invalid none does, so the one
        // that was offered is asked.
        guard X509_get_key_usage(record.pointers[depth + 1]) & UInt32(KU_KEY_CERT_SIGN) != 0 else {
            return VerifyError(code: X509_V_ERR_KEYUSAGE_NO_CERTSIGN, depth: depth + 1)
        }
        if record.links.contains(depth) { return nil }
        guard depth != record.brokenLink, record.path[depth].isSigned(by: issuer) else {
            return .signatureFailure(at: depth)
        }
        return nil
    }
}
