// SPDX-License-Identifier: Apache-2.0

/// The verdicts that an invalidation discards.
public enum InvalidationScope: Sendable, Hashable {
    /// All verdicts.
    case everything
    /// Verdicts on paths that contain this certificate; on open connections also with another form of its signature.
    case certificate(Certificate)
    /// Verdicts on paths with a certificate that was issued under this name.
    case issuer(DistinguishedName)

    /// Whether a verdict on a path of these certificates is affected.
    func covers(_ certificates: [Certificate]) -> Bool {
        switch self {
        case .everything: true
        case .certificate(let certificate): certificates.contains { $0.signedPart == certificate.signedPart }
        case .issuer(let name): certificates.contains { $0.issuer.mayMatch(name) }
        }
    }
}

/// A change of what verdicts are based on.
enum ConditionChange: Sendable {
    /// The trust anchors have changed.
    case trust
    /// The evidence has changed, about the end-entity certificate with this digest, or for nil about any certificate.
    case evidence(about: [UInt8]?)
    /// These verdicts were invalidated.
    case invalidated(InvalidationScope)
}
