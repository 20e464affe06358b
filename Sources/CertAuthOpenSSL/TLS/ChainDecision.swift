// SPDX-License-Identifier: Apache-2.0
// What the handshake is told about a presented chain, and which alert a refusal becomes.

import COpenSSL

/// The answer to the bytes of presented certificates, before OpenSSL has decoded any.
package enum ScreeningDecision: Equatable, Sendable {
    /// Go on.
    case accept
    /// Go on without what OpenSSL makes of the certificates: they will be refused for their bytes.
    case acceptUnread
    /// End the handshake with this alert; no key is decoded.
    case refuse(CertificateAlert)
}

/// The answer to a presented chain inside the handshake.
package enum ChainDecision: Equatable, Sendable {
    /// Go on; the chain may still be judged later.
    case accept
    /// End the handshake with this alert.
    case refuse(CertificateAlert)
}

/// The alerts that a refused certificate can end a handshake with.
///
/// OpenSSL derives the alert from a verification error (`ssl_x509err2alert`), so each case names the error that
/// leads to it.
package enum CertificateAlert: CaseIterable, Sendable {
    case badCertificate
    case unsupportedCertificate
    case certificateRevoked
    case certificateExpired
    case certificateUnknown
    case unknownCA
    case handshakeFailure
    case internalError

    /// The alert on the wire.
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
