// SPDX-License-Identifier: Apache-2.0

/// The revocation status of one certificate of a path.
public enum RevocationStatus: Sendable, Hashable {
    /// The evidence covers the certificate and does not list it.
    case good(Evidence)
    /// The evidence lists the certificate.
    case revoked(at: Timestamp, reason: Int?, Evidence)
    /// It could not be determined whether the certificate is revoked.
    case unknown(Cause)
    /// The policy exempts the certificate, or the question does not apply to it.
    case notChecked(NotCheckedReason)

    /// Why a certificate was not checked.
    public enum NotCheckedReason: String, Sendable, Hashable, CaseIterable {
        /// `revocationMode` is `.noCheck`.
        case mode
        /// `revocationFlag` excludes the certificate.
        case flag
        /// The client's certificate is self-signed: no other issuer could revoke it.
        case selfSigned
        /// The certificate is a trust anchor that names no source.
        case anchorWithoutSource
        /// The issuer states that there is no revocation information for it (RFC 9608), and the policy accepts that.
        case noRevocationAvailable
        /// Its validity period is at most `shortLivedValidity`.
        case shortLived
    }
}

extension RevocationStatus: CustomStringConvertible {
    /// One line for logs and traces.
    public var description: String {
        switch self {
        case .good(let evidence): "good by \(evidence)"
        case .revoked(let moment, let reason, let evidence):
            "revoked at \(moment)\(reason.map { " for reason \($0)" } ?? "") by \(evidence)"
        case .unknown(let cause): "unknown: \(cause)"
        case .notChecked(let reason): "not checked: \(reason.rawValue)"
        }
    }
}
