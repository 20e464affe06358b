// SPDX-License-Identifier: Apache-2.0
// The last step of X509_verify_cert, for paths that contain copies.

import COpenSSL

/// Checks signatures and validity periods of a chain as OpenSSL's `internal_verify` does, but with the certificates of
/// the path instead of the objects that OpenSSL received.
enum PlainSignatures {
    /// Installed with `X509_STORE_CTX_set_verify`.
    static let callback: X509_STORE_CTX_verify_fn = { context in
        ReplacedStep.run(context) { depth, record in
            if depth + 1 < record.path.count {
                let isSigned = PlainVerification().isSigned(record.path[depth], by: record.path[depth + 1])
                guard isSigned else { return .signatureFailure(at: depth) }
            }
            return validityFault(at: depth, record)
        }
    }

    private static func validityFault(at depth: Int, _ record: VerifyRecord) -> VerifyError? {
        var time = time_t(record.inputs.time)
        let code: Int32? = record.path[depth].withPointer { certificate in
            // The result 0 means a time that can't be read.
            switch X509_cmp_time(X509_get0_notBefore(certificate), &time) {
            case 0: return X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD
            case 1...: return X509_V_ERR_CERT_NOT_YET_VALID
            default: break
            }
            return switch X509_cmp_time(X509_get0_notAfter(certificate), &time) {
            case 0: X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD
            case ..<0: X509_V_ERR_CERT_HAS_EXPIRED
            default: nil
            }
        }
        guard let error = code.map({ VerifyError(code: $0, depth: depth) }), !record.isWaived(error) else { return nil }
        return error
    }
}
