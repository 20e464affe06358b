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
    /// Certificates besides the path's that the client presented.
    private(set) var presented: [Certificate]
    /// The anchors, which may have signed lists.
    let anchors: [Certificate]
    let options: CertificateAuthenticationOptions

    /// The certificate.
    package var certificate: Certificate { path.certificates[index] }

    /// Whose key signed it; a root's own.
    package var issuer: Certificate { path.certificates[min(index + 1, path.certificates.count - 1)] }

    /// Certificates that may have signed lists, or lead to who has.
    private var pool: [Certificate] { presented + options.additionalChainCertificates + anchors }

    package init(
        path: CandidatePath,
        index: Int,
        presented: [Certificate],
        anchors: [Certificate],
        options: CertificateAuthenticationOptions
    ) {
        self.path = path
        self.index = index
        self.presented = presented
        self.anchors = anchors
        self.options = options
    }

    /// The same without what the client presented besides the path.
    var reduced: EvidenceNeed {
        var need = self
        need.presented = []
        return need
    }

    /// The same, to be kept as long as `evidence`: of what the client presented without only what settles nothing.
    ///
    /// A client decides what it presents, and a server keeps statements for days.
    func reduced(to evidence: RevocationEvidence, at now: Timestamp) -> EvidenceNeed {
        guard !presented.isEmpty, !reduced.isSettled(by: evidence, at: now) else { return reduced }
        var need = self
        for certificate in presented {
            var without = need
            without.presented.removeAll { $0 == certificate }
            if without.isSettled(by: evidence, at: now) { need = without }
        }
        return need
    }

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
