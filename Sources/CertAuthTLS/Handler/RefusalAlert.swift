// SPDX-License-Identifier: Apache-2.0
// The only mapping of failure codes to TLS alerts.

package import CertAuth
package import CertAuthOpenSSL

extension FailureCode {
    /// The alert that ends a handshake in which the client's certificate was refused with this code.
    ///
    /// A missing certificate is not handled here: OpenSSL itself answers it with certificate_required in TLS 1.3 and
    /// handshake_failure in TLS 1.2.
    ///
    /// The application's own codes map to certificate_unknown.
    ///
    /// - Source: RFC 8446 section 6.2.
    package var certificateAlert: CertificateAlert {
        switch self {
        case .expired: .certificateExpired
        case .revoked: .certificateRevoked
        case .untrusted, .partialChain, .pathTooLong, .notACertificateAuthority: .unknownCA
        case .wrongUsage, .certificateTypeNotAllowed, .weakKey, .weakSignature, .criticalExtension:
            .unsupportedCertificate
        case .malformed, .badSignature, .notYetValid, .nameNotPermitted, .policy, .limitExceeded: .badCertificate
        case .noCertificate, .notHTTPS: .handshakeFailure
        case .internalError: .internalError
        default: .certificateUnknown
        }
    }

    /// What the client receives for this code, as text for the reference page.
    package var alertText: String {
        switch self {
        case .noCertificate: "certificate_required, on TLS 1.2 handshake_failure"
        case .notHTTPS, .forwardingUntrusted, .notVerifiedByProxy, .forwardedScheme, .keyNotProven, .notAuthorized,
            .tokenNotBound, .tokenBindingMismatch:
            "none"
        case .rejectedByHandler, .identityNotMapped, .identityAmbiguous: "close_notify"
        default: certificateAlert.alert.description
        }
    }
}
