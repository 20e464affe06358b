// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// What a person whose browser was refused can do. Written for users, where `FailureReference` is for operators.
enum RefusalAdvice {
    private static let reopen = """
        To use another certificate, close all windows of the browser, and open the page again. Until then the browser \
        uses the same one.
        """
    private static let replace = "Ask the operator of this service for a new certificate."
    private static let report = "If you need help, send the reference below to the operator of this service."

    static func text(for code: String) -> String {
        switch FailureCode(rawValue: code) {
        case .noCertificate:
            """
            Install the certificate that you were given, close all windows of the browser, and open the page again. The \
            browser then asks which certificate to use.
            """
        case .expired: "Check the date of this device. If it is right, your certificate has ended. \(replace) \(reopen)"
        case .notYetValid:
            "Check the date of this device. If it is right, your certificate is not valid yet. \(report)"
        case .revoked: "\(replace) \(reopen)"
        case .revocationUnknown: "Try again in a few minutes. \(report)"
        case .notAuthorized, .identityNotMapped, .identityAmbiguous, .rejectedByHandler:
            "Your certificate is valid, but it does not open this page. \(reopen) \(report)"
        case .untrusted, .partialChain, .wrongUsage, .certificateTypeNotAllowed, .weakKey, .weakSignature,
            .malformed, .badSignature, .nameNotPermitted, .criticalExtension, .policy, .notACertificateAuthority,
            .pathTooLong, .limitExceeded:
            "\(reopen) \(report)"
        default:
            code == "misdirected-request"
                ? "Open the page again in a new window." : "Open the page again. \(report)"
        }
    }
}
