// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A condition for which X509_verify_cert refused a path.
package struct VerifyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `X509_V_ERR_…`.
    package let code: Int32
    /// The position in the path of the certificate concerned.
    package let depth: Int

    package init(code: Int32, depth: Int) {
        self.code = code
        self.depth = depth
    }

    /// `X509_V_ERR_CERT_SIGNATURE_FAILURE`.
    static func signatureFailure(at depth: Int) -> VerifyError {
        VerifyError(code: X509_V_ERR_CERT_SIGNATURE_FAILURE, depth: depth)
    }

    /// `X509_V_ERR_CA_MD_TOO_WEAK`.
    package static func weakSignature(at depth: Int) -> VerifyError {
        VerifyError(code: X509_V_ERR_CA_MD_TOO_WEAK, depth: depth)
    }

    /// OpenSSL's text for the code.
    package var text: String {
        guard let words = X509_verify_cert_error_string(Int(code)) else { return "error \(code)" }
        return String(cString: words)
    }

    /// True for a critical extension that OpenSSL does not process.
    package var isAboutCriticalExtension: Bool { code == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION }

    /// True for a malformed policy extension, or if no policy is valid for the path.
    package var isAboutPolicies: Bool { code == X509_V_ERR_INVALID_POLICY_EXTENSION || isAboutWholePath }

    package var description: String { "\(text) (\(code)) at depth \(depth)" }
}
