// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Finds certificates that may have signed a CRL, and decides whether they are trusted.
protocol SignerTrust: Sendable {
    /// The known OCSP responders; nil for none.
    var responders: (any KnownResponders)? { get }

    /// All available certificates whose subject is `name` or may be the same, validated ones first.
    func certificates(named name: DistinguishedName) -> [Certificate]

    /// Whether the certificate is an issuer of the validated path.
    func isValidated(_ certificate: Certificate) -> Bool

    /// Whether `signer` has a valid path of its own to the same anchor.
    ///
    /// - Parameter pending: the signers whose status is being determined, the innermost last.
    func status(of signer: Certificate, pending: [Certificate], in context: ValidationContext) -> SignerStatus
}

/// Trust that is based on a validated path: signers must have a path to its anchor.
struct PathSignerTrust: SignerTrust {
    let path: CandidatePath
    /// The index of the certificate whose status is determined. Those above it are validated issuers.
    let index: Int
    /// Available intermediates. They are not trusted.
    let pool: [Certificate]
    /// The anchors of the policy. They may have signed CRLs.
    let anchors: TrustStore?
    let evidence: RevocationEvidence
    let responders: (any KnownResponders)?
    private let memory = SignerStatusCache()

    init(
        path: CandidatePath,
        index: Int,
        pool: [Certificate],
        anchors: TrustStore?,
        evidence: RevocationEvidence,
        responders: (any KnownResponders)?
    ) {
        self.path = path
        self.index = index
        self.pool = pool
        self.anchors = anchors
        self.evidence = evidence
        self.responders = responders
    }

    func certificates(named name: DistinguishedName) -> [Certificate] {
        // Configured certificates come before those that clients present.
        path.certificates.dropFirst(index + 1).filter { $0.subject.mayMatch(name) }
            + evidence.signers(perhapsNamed: name) + pool.filter { $0.subject.mayMatch(name) }
            + (anchors?.anchors(perhapsNamed: name) ?? [])
    }

    func isValidated(_ certificate: Certificate) -> Bool {
        path.certificates.dropFirst(index + 1).contains(certificate)
    }

    func status(of signer: Certificate, pending: [Certificate], in context: ValidationContext) -> SignerStatus {
        memory.answer(signer, pending) { validate(signer, pending: pending, in: context) }
    }

    private func validate(
        _ signer: Certificate,
        pending: [Certificate],
        in context: ValidationContext
    ) -> SignerStatus {
        guard pending.count < Self.deepestSigner else { return .refused("too many signers vouch for each other") }
        guard let anchor = path.certificates.last, let trust = try? TrustStore(sharing: anchor) else {
            return .refused("no anchor")
        }
        // The purpose that clients need is not required of CAs.
        var options = context.options
        options.validateCertificateUse = false
        let inner = ValidationContext(options: options, now: context.now)
        var builder = PathBuilder(
            leaf: signer,
            intermediates: Array(path.certificates.dropFirst().dropLast()) + pool,
            more: { [anchors, evidence] name in
                (anchors?.anchors(named: name) ?? []) + evidence.signers(named: name)
            },
            trust: trust,
            now: context.now,
            limits: options.limits
        )
        var best = SignerStatus.refused("no path to the anchor \(anchor)")
        for _ in 0..<Self.mostPaths {
            guard let candidate = builder.next() else { break }
            switch (status(of: candidate, pending: pending + [signer], in: inner), best) {
            case (.trusted, _): return .trusted
            case (.refused, .doubtful): continue
            case (let found, _): best = found
            }
        }
        if case .refused = best, signer.isSelfIssued, signer != anchor {
            let text = "it is its own issuer, but the path ends at another anchor, \(anchor) (RFC 5280 §6.3.3 (f))"
            return .refused(text)
        }
        return best
    }

    private func status(
        of candidate: CandidatePath,
        pending: [Certificate],
        in context: ValidationContext
    ) -> SignerStatus {
        if let objection = objection(to: candidate, in: context) { return .refused(objection) }
        guard context.options.revocationFlag != .endCertificateOnly else { return .trusted }
        let check = RevocationCheck(
            evidence: evidence,
            pool: pool,
            anchors: anchors,
            pending: pending,
            responders: responders
        )
        var doubt: String?
        for (position, certificate, isAnchor) in candidate.positions where !isAnchor {
            let finding = check.finding(on: candidate, at: position, in: context)
            switch finding.status {
            case .good, .notChecked: continue
            case .revoked: return .refused("\(certificate): \(finding.status)")
            case .unknown where position == 0 && finding.isCircular: continue
            // A cause that the policy permits for an issuer is also permitted for a signer.
            case .unknown(let cause) where UnknownPolicy(context).permits(cause, lastGood: finding.lastGood): continue
            case .unknown: doubt = doubt ?? "\(certificate): \(finding.status)"
            }
        }
        return doubt.map { .doubtful($0) } ?? .trusted
    }

    private func objection(to candidate: CandidatePath, in context: ValidationContext) -> String? {
        if let finding = PathChecks.cheapFindings(on: candidate, in: context).first { return finding.message }
        // Clients can present such certificates too, so costly checks run only if the signatures verify up to the
        // anchor.
        let links = zip(candidate.certificates, candidate.certificates.dropFirst())
        for (certificate, issuer) in Array(links).reversed() where !certificate.handle.isSigned(by: issuer.handle) {
            return "\(certificate): the signature does not verify with the issuer's key"
        }
        if let finding = PathChecks.costlyFindings(on: candidate, in: context).first { return finding.message }
        do throws(Finding) {
            let verified = Set(candidate.certificates.indices.dropLast())
            _ = try PathValidator().validate(candidate, verifiedLinks: verified, in: context)
        } catch {
            return error.message
        }
        return nil
    }

    /// The issuer of an indirect CRL may have its own CRL signed by another. Deeper nesting is not legitimate.
    private static let deepestSigner = 2
    private static let mostPaths = 4
}

/// Trust that is based on one issuer without a path: signers must be issued by it, or be trusted directly.
struct IssuerSignerTrust: SignerTrust {
    let issuer: Certificate
    let trusted: [Certificate]
    let pool: [Certificate]

    var responders: (any KnownResponders)? { nil }

    func certificates(named name: DistinguishedName) -> [Certificate] {
        (trusted + pool).filter { $0.subject.mayMatch(name) }
    }

    func isValidated(_ certificate: Certificate) -> Bool { certificate == issuer || trusted.contains(certificate) }

    func status(of signer: Certificate, pending: [Certificate], in context: ValidationContext) -> SignerStatus {
        guard signer.issuer.isSame(as: issuer.subject), signer.handle.isSigned(by: issuer.handle) else {
            return .refused("not issued by \(issuer)")
        }
        guard !context.options.validateValidityPeriod || signer.validity.contains(context.now) else {
            return .refused("outside its validity period")
        }
        return .trusted
    }
}
