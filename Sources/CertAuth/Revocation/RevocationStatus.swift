// SPDX-License-Identifier: Apache-2.0
// What is known about one certificate's revocation, and why.

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

    /// What a status rests on.
    public struct Evidence: Sendable, Hashable {
        /// Who signed the CRL.
        public let issuer: DistinguishedName
        /// When it was made.
        public let thisUpdate: Timestamp
        /// Until when it speaks.
        public let nextUpdate: Timestamp?
        /// SHA-256 of its DER.
        public let fingerprint: Thumbprint
    }

    /// Why a status is unknown.
    public enum Cause: Sendable, Hashable {
        /// There is no list of the certificate's issuer.
        case noSource(issuer: String)
        /// A list of that issuer's name does not verify with the issuer's key.
        case badSignature(issuer: String)
        /// The list's issuer may not sign CRLs.
        case issuerMayNotSign(issuer: String)
        /// The list's time has run out, or it has none.
        case stale(issuer: String, nextUpdate: Timestamp?)
        /// The list is from the future.
        case notYetCurrent(issuer: String, thisUpdate: Timestamp)
        /// The list is a kind that is not read: delta, indirect or partial; which.
        case notCovered(issuer: String, kind: String)
    }

    /// Why a certificate was not asked about.
    public enum NotCheckedReason: String, Sendable, Hashable {
        /// `revocationMode` is `.noCheck`.
        case mode
        /// `revocationFlag` leaves this certificate out.
        case flag
        /// A self-signed client certificate has no issuer who could revoke it.
        case selfSigned
        /// A trust anchor without a list of its own.
        case anchorWithoutSource
    }
}

extension RevocationStatus.Cause: CustomStringConvertible {
    /// Which issuer lacks what, and what would answer it.
    public var description: String {
        switch self {
        case .noSource(let issuer):
            "no CRL of \(issuer): give one, or set revocationMode to noCheck or unknownRevocation to allow"
        case .badSignature(let issuer): "the CRL of \(issuer) is not signed by that issuer's key"
        case .issuerMayNotSign(let issuer): "\(issuer) signed a CRL, but its keyUsage lacks cRLSign"
        case .stale(let issuer, let nextUpdate):
            "the CRL of \(issuer) is stale: \(nextUpdate.map { "nextUpdate \($0)" } ?? "it has no nextUpdate")"
        case .notYetCurrent(let issuer, let thisUpdate):
            "the CRL of \(issuer) is from the future: thisUpdate \(thisUpdate)"
        case .notCovered(let issuer, let kind): "the CRL of \(issuer) is \(kind), which is not read"
        }
    }
}

extension RevocationStatus: CustomStringConvertible {
    /// One line for logs and traces.
    public var description: String {
        switch self {
        case .good(let evidence): "good by the CRL of \(evidence.issuer) of \(evidence.thisUpdate)"
        case .revoked(let moment, let reason, let evidence):
            "revoked at \(moment)\(reason.map { " for reason \($0)" } ?? "") by the CRL of \(evidence.issuer)"
        case .unknown(let cause): "unknown: \(cause)"
        case .notChecked(let reason): "not checked: \(reason.rawValue)"
        }
    }
}
