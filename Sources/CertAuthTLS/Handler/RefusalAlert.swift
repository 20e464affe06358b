// SPDX-License-Identifier: Apache-2.0
// The one table from a failure code to the TLS alert that tells the client.

package import CertAuth
package import CertAuthOpenSSL

extension FailureCode {
    /// The alert that ends a handshake in which the client's certificate was refused with this code.
    ///
    /// A missing certificate is not here: OpenSSL itself answers it with certificate_required on TLS 1.3 and
    /// handshake_failure on TLS 1.2.
    ///
    /// - Source: RFC 8446 section 6.2.
    package var certificateAlert: CertificateAlert {
        switch rawValue {
        case "expired": .certificateExpired
        case "revoked": .certificateRevoked
        case "untrusted", "partial-chain", "path-too-long", "not-a-ca": .unknownCA
        case "wrong-usage", "certificate-type-not-allowed", "weak-key", "weak-signature", "critical-extension":
            .unsupportedCertificate
        case "malformed", "bad-signature", "not-yet-valid", "name-not-permitted", "policy", "limit-exceeded":
            .badCertificate
        case "revocation-unknown", "rejected-by-handler", "forwarding-untrusted": .certificateUnknown
        case "internal": .internalError
        default: .certificateUnknown
        }
    }
}
