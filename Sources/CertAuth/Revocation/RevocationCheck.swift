// SPDX-License-Identifier: Apache-2.0
// Finds the revocation status of the certificates of a path that already holds.

/// Judges revocation on a path whose signatures and rules have been checked.
package struct RevocationCheck: Sendable {
    private let evidence: RevocationEvidence

    package init(evidence: RevocationEvidence) { self.evidence = evidence }

    /// The status of every certificate of `path`, leaf first, anchor included.
    package func statuses(of path: CandidatePath, in context: ValidationContext) -> [RevocationStatus] {
        path.positions.map { index, certificate, isAnchor in
            status(of: certificate, at: index, isAnchor: isAnchor, path: path, in: context)
        }
    }

    /// When the next list begins to speak of a certificate of `path`; nil when none is from the future.
    package func nextList(about path: CandidatePath, in context: ValidationContext) -> Timestamp? {
        guard context.options.revocationMode != .noCheck else { return nil }
        let lists = path.certificates.flatMap { evidence.lists(issuedBy: $0.issuer) }
        return lists.map(\.thisUpdate).filter { $0 > context.now }.min()
    }

    /// Throws the first status that refuses, revoked ones before unknown ones.
    package func check(
        _ statuses: [RevocationStatus],
        on path: CandidatePath,
        in context: ValidationContext
    ) throws(Finding) {
        for (index, status) in statuses.enumerated() {
            guard case .revoked = status else { continue }
            throw Finding(.revoked, at: index, "\(path.certificates[index]): \(status)", rule: "RFC 5280 §6.3")
        }
        guard context.options.unknownRevocation == .deny else { return }
        for (index, status) in statuses.enumerated() {
            guard case .unknown = status else { continue }
            let text = "\(path.certificates[index]): revocation \(status)"
            throw Finding(.revocationUnknown, at: index, text, rule: "RFC 5280 §6.3")
        }
    }

    private func status(
        of certificate: Certificate,
        at index: Int,
        isAnchor: Bool,
        path: CandidatePath,
        in context: ValidationContext
    ) -> RevocationStatus {
        guard context.options.revocationMode != .noCheck else { return .notChecked(.mode) }
        switch context.options.revocationFlag {
        case .endCertificateOnly where index > 0: return .notChecked(.flag)
        case .excludeRoot where isAnchor: return .notChecked(.flag)
        default: break
        }
        guard !isAnchor || certificate.isSelfIssued else { return .notChecked(.anchorWithoutSource) }
        // A root is its own issuer: a list that speaks of it must be signed by its own key.
        let issuer = isAnchor ? certificate : path.certificates[index + 1]
        let status = status(of: certificate, issuedBy: issuer, in: context)
        if isAnchor, case .unknown(.noSource) = status { return .notChecked(.anchorWithoutSource) }
        return status
    }

    private func status(
        of certificate: Certificate,
        issuedBy issuer: Certificate,
        in context: ValidationContext
    ) -> RevocationStatus {
        var cause = RevocationStatus.Cause.noSource(issuer: "\(issuer)")
        var good: RevocationStatus?
        for list in evidence.lists(issuedBy: certificate.issuer) {
            if let objection = objection(to: list, issuedBy: issuer, in: context) {
                cause = objection
                continue
            }
            let found = RevocationStatus.Evidence(list)
            if let entry = list.entry(for: certificate.serialNumber) {
                return .revoked(at: entry.revocationDate, reason: entry.reason, found)
            }
            good = good ?? .good(found)
        }
        return good ?? .unknown(cause)
    }

    private func objection(
        to list: CertificateRevocationList,
        issuedBy issuer: Certificate,
        in context: ValidationContext
    ) -> RevocationStatus.Cause? {
        let name = "\(issuer)"
        if let kind = list.unreadKind { return .notCovered(issuer: name, kind: kind) }
        guard issuer.keyUsage?.contains(.cRLSign) ?? true else { return .issuerMayNotSign(issuer: name) }
        guard context.now >= list.thisUpdate else { return .notYetCurrent(issuer: name, thisUpdate: list.thisUpdate) }
        guard let nextUpdate = list.nextUpdate, context.now <= nextUpdate else {
            return .stale(issuer: name, nextUpdate: list.nextUpdate)
        }
        guard list.isSigned(by: issuer) else { return .badSignature(issuer: name) }
        return nil
    }
}

extension RevocationStatus.Evidence {
    init(_ list: CertificateRevocationList) {
        issuer = list.issuer
        thisUpdate = list.thisUpdate
        nextUpdate = list.nextUpdate
        fingerprint = list.fingerprint
    }
}

extension CertificateRevocationList {
    /// What kind of list this is if not a plain full one; nil for a list that covers all its issuer's certificates.
    fileprivate var unreadKind: String? {
        if namesOtherIssuers { return "an indirect CRL" }
        if let unknownEntryExtension {
            return "a CRL with the unknown critical entry extension \(unknownEntryExtension)"
        }
        for entry in extensions where entry.isCritical {
            switch entry.identifier {
            case .deltaCRLIndicator: return "a delta CRL"
            case .issuingDistributionPoint: return "a CRL of limited scope"
            case .authorityKeyIdentifier, .cRLNumber: continue
            default: return "a CRL with the unknown critical extension \(entry.identifier)"
            }
        }
        let partial: Set<OID> = [.deltaCRLIndicator, .issuingDistributionPoint]
        return extensions.contains { partial.contains($0.identifier) } ? "a CRL of limited scope" : nil
    }
}
