// SPDX-License-Identifier: Apache-2.0
// The common part of the replacements for OpenSSL's signature step.

import COpenSSL

/// Checks a chain that X509_verify_cert has built, in place of OpenSSL's `internal_verify`.
///
/// OpenSSL still does everything before and after: building the chain, extensions, purpose, strength of keys and
/// signatures, names, policies.
enum ReplacedStep {
    /// The result of the step: 1 without a fault, 0 after the first fault, which is set in `context`.
    ///
    /// - Parameter fault: returns the fault of the certificate at a depth. Called from the anchor down.
    static func run(_ context: OpaquePointer?, fault: (_ depth: Int, VerifyRecord) -> VerifyError?) -> Int32 {
        guard let context, let data = X509_STORE_CTX_get_ex_data(context, VerifyRecord.index) else { return 0 }
        defer { ERR_clear_error() }
        let record = data.assumingMemoryBound(to: VerifyRecord.self).pointee
        guard let fault = firstFault(in: context, record, fault) else { return 1 }
        X509_STORE_CTX_set_error(context, fault.code)
        X509_STORE_CTX_set_error_depth(context, Int32(fault.depth))
        return 0
    }

    private static func firstFault(
        in context: OpaquePointer,
        _ record: VerifyRecord,
        _ fault: (Int, VerifyRecord) -> VerifyError?
    ) -> VerifyError? {
        guard let chain = X509_STORE_CTX_get0_chain(context), Int(CA_sk_X509_num(chain)) == record.path.count else {
            return VerifyError(code: X509_V_ERR_UNSPECIFIED, depth: 0)
        }
        for depth in record.path.indices.reversed() {
            // The recorded results apply to these objects only, not to others that the chain may contain.
            guard record.pointers[depth] == CA_sk_X509_value(chain, Int32(depth)) else {
                return VerifyError(code: X509_V_ERR_UNSPECIFIED, depth: depth)
            }
            if let fault = usageFault(ofIssuerOf: depth, record) ?? fault(depth, record) { return fault }
        }
        return nil
    }

    /// Without the keyUsage extension every usage is permitted. OpenSSL reports none for a certificate that it marks as
    /// invalid, so the certificate that it received is used here.
    private static func usageFault(ofIssuerOf depth: Int, _ record: VerifyRecord) -> VerifyError? {
        guard depth + 1 < record.pointers.count,
            X509_get_key_usage(record.pointers[depth + 1]) & UInt32(KU_KEY_CERT_SIGN) == 0
        else { return nil }
        return VerifyError(code: X509_V_ERR_KEYUSAGE_NO_CERTSIGN, depth: depth + 1)
    }
}
