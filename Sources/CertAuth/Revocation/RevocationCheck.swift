// SPDX-License-Identifier: Apache-2.0

/// Finds the revocation status of the certificates of a valid path from the available evidence, and decides what it
/// means. Nothing is fetched; the time comes from the context.
package struct RevocationCheck: Sendable {
    private let evidence: RevocationEvidence
    /// Available intermediates that may have signed CRLs. They are not trusted.
    private let pool: [Certificate]
    /// The anchors of the policy. They may have signed CRLs too.
    private let anchors: TrustStore?
    /// The signers whose own status is being determined.
    private let pending: [Certificate]
    private let responders: (any KnownResponders)?

    /// - Parameter responders: the known OCSP responders under the trust of the validated paths; nil for none.
    package init(
        evidence: RevocationEvidence,
        pool: [Certificate] = [],
        anchors: TrustStore? = nil,
        responders: (any KnownResponders)? = nil
    ) {
        self.init(evidence: evidence, pool: pool, anchors: anchors, pending: [], responders: responders)
    }

    init(
        evidence: RevocationEvidence,
        pool: [Certificate],
        anchors: TrustStore?,
        pending: [Certificate],
        responders: (any KnownResponders)?
    ) {
        self.evidence = evidence
        self.pool = pool
        self.anchors = anchors
        self.pending = pending
        self.responders = responders
    }

    /// The status of every certificate of `path`, the end-entity certificate first, the anchor included.
    package func statuses(of path: CandidatePath, in context: ValidationContext) -> [RevocationStatus] {
        findings(on: path, in: context).map(\.status)
    }

    /// The statuses, each with what the policy for unknown statuses needs.
    package func findings(on path: CandidatePath, in context: ValidationContext) -> [RevocationFinding] {
        path.certificates.indices.map { finding(on: path, at: $0, in: context) }
    }

    /// The last moment before a statement from the future becomes current; nil if there is none.
    package func nextBeginning(in context: ValidationContext) -> Timestamp? {
        guard context.options.revocationMode != .noCheck else { return nil }
        let skew = context.options.revocation.clockSkew.wholeSeconds
        return evidence.nextBeginning(notBefore: context.now, skew: skew)
    }

    /// Throws for the first status that refuses: revoked certificates first, then unknown ones.
    package func check(
        _ findings: [RevocationFinding],
        on path: CandidatePath,
        in context: ValidationContext
    ) throws(Finding) {
        for (index, finding) in findings.enumerated() {
            guard case .revoked = finding.status else { continue }
            let text = "\(path.certificates[index]): \(finding.status)"
            throw Finding(.revoked, at: index, text, rule: "RFC 5280 §6.3")
        }
        for (index, finding) in findings.enumerated() {
            guard case .unknown(let cause) = finding.status else { continue }
            guard !UnknownPolicy(context).permits(cause, lastGood: finding.lastGood) else { continue }
            let text = "\(path.certificates[index]): revocation \(finding.status)"
            throw Finding(.revocationUnknown, at: index, text, rule: "RFC 5280 §6.3")
        }
    }

    /// The status of `certificate`, where `issuer` is trusted directly, without a path or an anchor.
    ///
    /// - Parameters:
    ///   - trusted: certificates that may sign CRLs in the issuer's name. Their own issuers are not checked.
    ///   - signers: certificates that may sign CRLs in the issuer's name if the issuer's key signed them.
    package static func status(
        of certificate: Certificate,
        issuedBy issuer: Certificate,
        evidence: RevocationEvidence,
        trusted: [Certificate] = [],
        signers: [Certificate] = [],
        in context: ValidationContext
    ) -> RevocationStatus {
        let pool = signers + evidence.signerCertificates
        let trust = IssuerSignerTrust(issuer: issuer, trusted: trusted, pool: pool)
        let question = RevocationQuestion(certificate: certificate, issuer: issuer, evidence: evidence, trust: trust)
        return question.answer(pending: [], in: context).status
    }

    /// The status of one certificate of `path`.
    func finding(on path: CandidatePath, at index: Int, in context: ValidationContext) -> RevocationFinding {
        let certificate = path.certificates[index]
        let isAnchor = index == path.certificates.count - 1
        if let reason = exemption(of: certificate, at: index, isAnchor: isAnchor, in: context) {
            return RevocationFinding(.notChecked(reason))
        }
        // A root is its own issuer: a statement about it must be signed with its own key.
        let issuer = isAnchor ? certificate : path.certificates[index + 1]
        let trust = PathSignerTrust(
            path: path,
            index: index,
            pool: pool,
            anchors: anchors,
            evidence: evidence,
            responders: responders
        )
        let question = RevocationQuestion(certificate: certificate, issuer: issuer, evidence: evidence, trust: trust)
        let finding = question.answer(pending: pending, in: context)
        if isAnchor, case .unknown = finding.status, finding.isWithoutSource {
            return RevocationFinding(.notChecked(.anchorWithoutSource))
        }
        return finding
    }

    private func exemption(
        of certificate: Certificate,
        at index: Int,
        isAnchor: Bool,
        in context: ValidationContext
    ) -> RevocationStatus.NotCheckedReason? {
        guard context.options.revocationMode != .noCheck else { return .mode }
        switch context.options.revocationFlag {
        case .endCertificateOnly where index > 0: return .flag
        case .excludeRoot where isAnchor: return .flag
        default: break
        }
        if isAnchor && !certificate.isSelfIssued { return .anchorWithoutSource }
        return index == 0 ? RevocationExemption(context).reason(for: certificate) : nil
    }
}
