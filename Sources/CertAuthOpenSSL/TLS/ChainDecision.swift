// SPDX-License-Identifier: Apache-2.0
// How the handshake continues after a chain was presented, and which alert a refusal sends.

import COpenSSL

/// The decision on the bytes of presented certificates, before OpenSSL decodes any of them.
package enum ScreeningDecision: Equatable, Sendable {
    /// Continue the handshake.
    case accept
    /// Continue without decoding the certificates. Their bytes already show that they are refused at the request.
    case acceptUnread
    /// End the handshake with this alert. No key is decoded.
    case refuse(CertificateAlert)
}

/// The decision on a presented chain during the handshake.
package enum ChainDecision: Equatable, Sendable {
    /// Continue the handshake. The chain may still be validated later.
    case accept
    /// End the handshake with this alert.
    case refuse(CertificateAlert)
}

/// The alerts that can end a handshake because of a refused certificate.
///
/// OpenSSL derives the alert from a verification error (`ssl_x509err2alert`), so each case maps to such an error.
package enum CertificateAlert: CaseIterable, Sendable {
    case badCertificate
    case unsupportedCertificate
    case certificateRevoked
    case certificateExpired
    case certificateUnknown
    case unknownCA
    case handshakeFailure
    case internalError

    /// The alert that is sent.
    package var alert: TLSAlert {
        switch self {
        case .badCertificate: .badCertificate
        case .unsupportedCertificate: .unsupportedCertificate
        case .certificateRevoked: .certificateRevoked
        case .certificateExpired: .certificateExpired
        case .certificateUnknown: .certificateUnknown
        case .unknownCA: .unknownCA
        case .handshakeFailure: .handshakeFailure
        case .internalError: .internalError
        }
    }

    var verificationError: Int32 {
        switch self {
        case .badCertificate: X509_V_ERR_CERT_REJECTED
        case .unsupportedCertificate: X509_V_ERR_INVALID_PURPOSE
        case .certificateRevoked: X509_V_ERR_CERT_REVOKED
        case .certificateExpired: X509_V_ERR_CERT_HAS_EXPIRED
        case .certificateUnknown: X509_V_ERR_NO_EXPLICIT_POLICY
        case .unknownCA: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY
        case .handshakeFailure: X509_V_ERR_APPLICATION_VERIFICATION
        case .internalError: X509_V_ERR_UNSPECIFIED
        }
    }
}
