// SPDX-License-Identifier: Apache-2.0

/// One certificate of a valid path whose status the available evidence does not determine.
///
/// Only the engine creates it, and only after every signature of the path has been verified. So `certificate` contains
/// nothing that an attacker wrote.
package struct EvidenceNeed: Sendable {
    /// The path, the end-entity certificate first.
    package private(set) var path: CandidatePath
    /// The index of the certificate in the path.
    package let index: Int
    /// Certificates that the client presented in addition to the path.
    private(set) var presented: [Certificate]
    /// The trust anchors, which may have signed CRLs.
    private(set) var anchors: TrustStore?
    private(set) var options: CertificateAuthenticationOptions

    /// The certificate.
    package var certificate: Certificate { path.certificates[index] }

    /// The certificate of the issuer; for a root, the root itself.
    package var issuer: Certificate { path.certificates[min(index + 1, path.certificates.count - 1)] }

    /// Certificates that may have signed CRLs, or may be needed to find a signer's path.
    private var pool: [Certificate] { presented + options.additionalChainCertificates }

    package init(
        path: CandidatePath,
        index: Int,
        presented: [Certificate],
        anchors: TrustStore?,
        options: CertificateAuthenticationOptions
    ) {
        self.path = path
        self.index = index
        self.presented = presented
        self.anchors = anchors
        self.options = options
    }

    /// A copy without the certificates that the client presented in addition to the path, and without a trust store.
    ///
    /// A server keeps statements for days. It must not keep a trust store that a reload has replaced.
    var reduced: EvidenceNeed {
        var need = self
        need.presented = []
        need.anchors = nil
        // The path ends at its anchor. Nothing that the statement is validated by reads the policy's trust.
        need.options.trust = .noAnchors
        return need
    }

    /// A copy to be stored together with `evidence`. Of the additionally presented certificates and of the anchors, it
    /// keeps only those needed to determine the status.
    ///
    /// A client decides what it presents, and a server keeps statements for days.
    func reduced(to evidence: RevocationEvidence, at now: Timestamp) -> EvidenceNeed {
        guard !reduced.isSettled(by: evidence, at: now) else { return reduced }
        var need = reduced
        need.presented = presented
        need.anchors = anchorsNeeded(besides: need, for: evidence, at: now)
        for certificate in presented {
            var without = need
            without.presented.removeAll { $0 == certificate }
            if without.isSettled(by: evidence, at: now) { need = without }
        }
        return need
    }

    /// A copy whose end-entity certificate is decoded when a successor of the statement arrives. The issuers are shared
    /// with others.
    var undecoded: EvidenceNeed {
        var need = self
        need.path = CandidatePath(
            certificates: path.certificates.prefix(1).map(\.undecoded) + path.certificates.dropFirst()
        )
        return need
    }

    /// The anchors that may have signed the CRLs of `evidence`, or all of them if those do not suffice. Nil if `need`
    /// determines the status without anchors, or no anchors help.
    private func anchorsNeeded(
        besides need: EvidenceNeed,
        for evidence: RevocationEvidence,
        at now: Timestamp
    ) -> TrustStore? {
        guard let anchors, !need.isSettled(by: evidence, at: now) else { return nil }
        let signers = evidence.revocationLists.flatMap { anchors.anchors(perhapsNamed: $0.issuer) }
        var limited = need
        limited.anchors = try? TrustStore(certificates: signers)
        if limited.isSettled(by: evidence, at: now) { return limited.anchors }
        limited.anchors = anchors
        return limited.isSettled(by: evidence, at: now) ? anchors : nil
    }

    /// Whether `evidence` alone, of either kind, says good or revoked.
    func isSettled(by evidence: RevocationEvidence, at now: Timestamp) -> Bool {
        var options = options
        options.revocation.sourceOrder = .crlFirst
        let context = ValidationContext(options: options, now: now)
        let check = RevocationCheck(evidence: evidence, pool: pool, anchors: anchors)
        let finding = check.finding(on: path, at: index, in: context)
        return switch finding.status {
        case .good, .revoked: true
        case .unknown, .notChecked: false
        }
    }
}
