// SPDX-License-Identifier: Apache-2.0
// Finds the signer of an OCSP response and decides whether it is authorized.
//
// RFC 6960 §4.2.2.2 admits three: the issuer's own key, a responder whose certificate this issuer's key signed for
// OCSP, and a responder that the operator trusts directly. A matching name alone authorizes no responder
// (CVE-2026-32144).

internal import CertAuthOpenSSL

/// The search for the signer of a response about certificates of one issuer.
struct OCSPResponders {
    let issuer: Certificate
    let evidence: RevocationEvidence
    let trust: any SignerTrust
    let pending: [Certificate]
    let context: ValidationContext

    func signer(of response: OCSPResponse) -> CRLSigners.Outcome {
        guard let algorithm = response.signatureAlgorithm, !algorithm.isTooWeak(in: context) else {
            return .objection(.weakSignature(issuer: "\(issuer)", algorithm: response.content.algorithmName))
        }
        let options = context.options.revocation
        let trusted = [issuer] + options.pinnedResponders
        var objection: RevocationStatus.Cause?
        for candidate in trusted where response.isBy(candidate) {
            if let defect = candidate.keyDefect {
                // A defective key verifies nothing. The cause says why.
                objection = .signerNotTrusted(signer: "\(candidate)", reason: defect.message)
                continue
            }
            guard response.isSigned(by: candidate) else { continue }
            // The operator's trust in a pinned certificate ends when it expires.
            guard candidate == issuer || candidate.validity.contains(context.now) else {
                return .objection(.signerNotTrusted(signer: "\(candidate)", reason: "outside its validity period"))
            }
            response.content.rememberAuthorized(candidate)
            return .trusted(candidate)
        }
        var isNamed = trusted.contains(where: response.isBy)
        for der in response.certificates.prefix(options.responderCertificates) {
            guard let candidate = candidate(der), response.isBy(candidate) else { continue }
            isNamed = true
            guard !pending.contains(candidate) else { return .circular }
            let status = status(of: candidate)
            if case .refused(let reason) = status {
                objection = .signerNotTrusted(signer: "\(candidate)", reason: reason)
            } else if response.isSigned(by: candidate) {
                trust.responders?.remember(candidate, signedBy: issuer)
                response.content.rememberAuthorized(candidate)
                guard case .doubtful(let reason) = status else { return .trusted(candidate) }
                return .doubtful(candidate, .signerNotTrusted(signer: "\(candidate)", reason: reason))
            }
        }
        guard isNamed else {
            return .objection(.otherResponder(issuer: "\(issuer)", responder: "\(response.responderID)"))
        }
        return .objection(objection ?? .badSignature(issuer: "\(issuer)"))
    }

    /// Parses a certificate from the response, or returns the known one.
    private func candidate(_ derEncoded: [UInt8]) -> Certificate? {
        guard let digest = try? Certificate.digest(of: derEncoded) else { return nil }
        if let known = trust.responders?.certificate(digest, derEncoded: derEncoded) { return known }
        return try? Certificate(signerDER: derEncoded, sha256: digest)
    }

    /// Whether a certificate from the response belongs to an authorized responder of this issuer.
    private func status(of responder: Certificate) -> SignerStatus {
        objection(to: responder).map { .refused($0) } ?? revocation(of: responder)
    }

    /// Why a certificate from the response does not belong to a responder of this issuer; nil if it does. Its
    /// revocation is not checked here.
    private func objection(to responder: Certificate) -> String? {
        guard responder.issuer.isSame(as: issuer.subject) else { return "issued by another authority" }
        guard responder.extendedKeyUsage?.contains(.ocspSigning) == true else {
            return "extendedKeyUsage lacks OCSPSigning"
        }
        // RFC 5280 §4.2.1.12: OCSPSigning is consistent with either usage.
        guard responder.keyUsage.map({ !$0.isDisjoint(with: [.digitalSignature, .contentCommitment]) }) ?? true else {
            return "keyUsage has neither digitalSignature nor contentCommitment (nonRepudiation)"
        }
        guard responder.validity.contains(context.now) else { return "outside its validity period" }
        guard responder.innerSignatureAlgorithm == responder.signatureAlgorithm,
            let algorithm = SignatureAlgorithm(responder.signatureAlgorithm), !algorithm.isTooWeak(in: context)
        else { return "its certificate's signature algorithm is weak or unknown" }
        if let unknown = responder.extensions.first(where: { $0.isCritical && !Self.understood.contains($0.identifier) }
        ) {
            return "its certificate has the critical extension \(unknown.identifier)"
        }
        do throws(Finding) {
            try KeyStrengthCheck().check(CandidatePath(certificates: [responder]), in: context)
        } catch {
            return error.message
        }
        let isKnown = trust.responders?.isSigned(responder, by: issuer) ?? false
        guard isKnown || responder.handle.isSigned(by: issuer.handle) else {
            return "not signed by the key of \(issuer)"
        }
        return nil
    }

    /// Checks the revocation of the responder's certificate (RFC 6960 §4.2.2.2.1).
    private func revocation(of responder: Certificate) -> SignerStatus {
        let hasNoCheck = responder.extensions.contains { $0.identifier == .ocspNoCheck }
        guard !hasNoCheck else { return .trusted }
        let question = RevocationQuestion(certificate: responder, issuer: issuer, evidence: evidence, trust: trust)
        guard pending.count < 2 else { return .refused("too many signers vouch for each other") }
        let finding = question.answer(pending: pending + [responder], in: context)
        let isDemanded =
            switch context.options.revocation.responderRevocation {
            case .always: true
            case .whereNamed: !RevocationSources(of: responder).isEmpty
            case .onlyIfRevoked: false
            }
        switch finding.status {
        case .good, .notChecked: return .trusted
        case .revoked: return .refused("\(finding.status)")
        case .unknown: return isDemanded ? .doubtful("its own revocation is \(finding.status)") : .trusted
        }
    }

    private static let understood: Set<OID> = [
        .keyUsage, .extKeyUsage, .basicConstraints, .subjectAltName, .certificatePolicies, .authorityKeyIdentifier,
        .subjectKeyIdentifier, .ocspNoCheck, .cRLDistributionPoints, .authorityInfoAccess, .issuerAltName,
    ]
}

extension OCSPResponse {
    /// Whether the responder identifier names `certificate`, or names that may be the same. The identifier only selects
    /// the key that must verify the response.
    func isBy(_ certificate: Certificate) -> Bool {
        switch responderID {
        case .name(let name): name.mayMatch(certificate.subject)
        case .keyHash(let hash): hash == (try? DigestAlgorithm.sha1.digest(certificate.publicKey.subjectPublicKey))
        }
    }
}
