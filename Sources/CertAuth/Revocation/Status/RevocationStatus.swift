// SPDX-License-Identifier: Apache-2.0
// What is known about one certificate's revocation, and what it rests on.

/// The revocation status of one certificate of a path.
public enum RevocationStatus: Sendable, Hashable {
    /// The evidence covers the certificate and does not list it.
    case good(Evidence)
    /// The evidence lists it.
    case revoked(at: Timestamp, reason: Int?, Evidence)
    /// Nobody could tell.
    case unknown(Cause)
    /// The policy does not ask, or the question has no meaning for this certificate.
    case notChecked(NotCheckedReason)

    /// Why a certificate was not asked about.
    public enum NotCheckedReason: String, Sendable, Hashable, CaseIterable {
        /// `revocationMode` is `.noCheck`.
        case mode
        /// `revocationFlag` leaves this certificate out.
        case flag
        /// A self-signed client certificate has no issuer who could revoke it.
        case selfSigned
        /// A trust anchor without a source of its own.
        case anchorWithoutSource
        /// Its issuer says that there is no revocation information for it (RFC 9608), and the policy takes that.
        case noRevocationAvailable
        /// It lives no longer than the policy asks for revocation.
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
