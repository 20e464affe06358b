// SPDX-License-Identifier: Apache-2.0
// Which verdicts are to be forgotten.

/// Which verdicts are to be forgotten.
public enum InvalidationScope: Sendable, Hashable {
    /// All of them.
    case everything
    /// Those of paths that this certificate is part of, on open connections under any signature.
    case certificate(Certificate)
    /// Those of paths with a certificate that was issued under this name.
    case issuer(DistinguishedName)

    /// Whether the verdict on a path of these certificates is meant.
    func covers(_ certificates: [Certificate]) -> Bool {
        switch self {
        case .everything: true
        case .certificate(let certificate): certificates.contains { $0.signedPart == certificate.signedPart }
        case .issuer(let name): certificates.contains { $0.issuer.mayMatch(name) }
        }
    }
}

/// What has changed about everything that verdicts rest on.
enum CircumstanceChange: Sendable {
    /// Other anchors are in force.
    case trust
    /// Other statements are at hand, about the end entity with this digest or, for nil, about any certificate.
    case evidence(about: [UInt8]?)
    /// Somebody wants these verdicts to be given anew.
    case invalidated(InvalidationScope)
}
