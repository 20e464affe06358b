// SPDX-License-Identifier: Apache-2.0
// What the pure core lacks for a conclusive status.

/// One certificate of a path that holds whose status is not known by the evidence at hand.
///
/// Only the engine makes one, and only after every signature of the path has been checked: nothing that an attacker
/// wrote can stand in `certificate`.
package struct EvidenceNeed: Sendable {
    /// The path, leaf first.
    package let path: CandidatePath
    /// Which certificate of it.
    package let index: Int
    /// Certificates that may have signed lists.
    let pool: [Certificate]
    let options: CertificateAuthenticationOptions

    /// The certificate.
    package var certificate: Certificate { path.certificates[index] }

    /// Whose key signed it; a root's own.
    package var issuer: Certificate { path.certificates[min(index + 1, path.certificates.count - 1)] }

    /// Whether `evidence` alone, of whichever kind, says good or revoked.
    func isSettled(by evidence: RevocationEvidence, at now: Timestamp) -> Bool {
        var options = options
        options.revocation.sourceOrder = .crlFirst
        let context = ValidationContext(options: options, now: now)
        let finding = RevocationCheck(evidence: evidence, pool: pool).finding(on: path, at: index, in: context)
        return switch finding.status {
        case .good, .revoked: true
        case .unknown, .notChecked: false
        }
    }
}
