// SPDX-License-Identifier: Apache-2.0
// What the OCSP responses at hand say of one certificate.

/// The search through the OCSP responses.
struct OCSPSearch {
    let certificate: Certificate
    let issuer: Certificate
    let evidence: RevocationEvidence
    let trust: any SignerTrust
    let pending: [Certificate]
    let context: ValidationContext

    /// The newest good entry, unless any authentic one says revoked.
    func answer() -> EvidenceAnswer {
        var answer = EvidenceAnswer()
        for response in evidence.responses(about: certificate.serialNumber) {
            let entries = response.entries.filter { $0.certificateID.names(certificate, issuedBy: issuer) }
            guard !entries.isEmpty else { continue }
            read(entries, of: response, &answer)
            if case .revoked = answer.verdict { return answer }
        }
        return answer
    }

    private func read(_ entries: [OCSPSingleResponse], of response: OCSPResponse, _ answer: inout EvidenceAnswer) {
        let responders = OCSPResponders(
            issuer: issuer,
            evidence: evidence,
            trust: trust,
            pending: pending,
            context: context
        )
        let signer: Certificate
        switch responders.signer(of: response) {
        case .trusted(let found): signer = found
        case .circular: return answer.isCircular = true
        case .objection(let cause): return answer.causes.append(cause)
        }
        if let revoked = entries.first(where: { isRevoked($0, response, signer) }),
            case .revoked(let moment, let reason) = revoked.status
        {
            answer.verdict = .revoked(at: moment, reason: reason, proof(revoked, response, signer))
            return
        }
        guard let first = entries.first else { return }
        guard entries.allSatisfy({ $0.status == first.status }) else {
            return answer.causes.append(.contradictory(responder: "\(signer)"))
        }
        let newest = entries.reduce(first) { $1.thisUpdate > $0.thisUpdate ? $1 : $0 }
        if let objection = objection(to: newest, of: response, signer: signer) {
            answer.causes.append(objection)
            if objection.isAboutTime, newest.status == .good { answer.remember(proof(newest, response, signer)) }
            return
        }
        guard newest.status == .good else {
            if case .revoked = newest.status { return }
            return answer.causes.append(.unknownToResponder(responder: "\(signer)"))
        }
        let proof = proof(newest, response, signer)
        if case .good(let held) = answer.verdict, held.thisUpdate >= proof.thisUpdate { return }
        answer.verdict = .good(proof)
    }

    /// Revocation is for ever, so that the age of the statement does not matter; a hold may have been released since.
    private func isRevoked(_ entry: OCSPSingleResponse, _ response: OCSPResponse, _ signer: Certificate) -> Bool {
        guard case .revoked(_, let reason) = entry.status else { return false }
        guard reason == CertificateRevocationList.Entry.holdReason else { return true }
        return objection(to: entry, of: response, signer: signer)?.isAboutTime != true
    }

    /// Why an authentic entry does not count as an answer that somebody is good.
    private func objection(
        to entry: OCSPSingleResponse,
        of response: OCSPResponse,
        signer: Certificate
    ) -> RevocationStatus.Cause? {
        if let unknown = response.objectionable ?? entry.objectionable {
            return .criticalExtension(issuer: "\(signer)", unknown)
        }
        if let nonce = response.requestNonce, response.nonce != nonce { return .nonceMismatch(responder: "\(signer)") }
        let time = EvidenceTime(context)
        // Made in the future, or before there was a certificate to speak of.
        guard !time.isFuture(response.producedAt), response.producedAt >= certificate.validity.notBefore else {
            return .notYetCurrent(issuer: "\(signer)", thisUpdate: response.producedAt)
        }
        return time.objection(
            issuer: "\(signer)",
            thisUpdate: entry.thisUpdate,
            nextUpdate: entry.nextUpdate,
            lifetime: time.options.responseLifetime
        )
    }

    private func proof(
        _ entry: OCSPSingleResponse,
        _ response: OCSPResponse,
        _ signer: Certificate
    ) -> RevocationStatus.Evidence {
        let time = EvidenceTime(context)
        let end = time.end(
            of: entry.thisUpdate,
            nextUpdate: entry.nextUpdate,
            lifetime: time.options.responseLifetime
        )
        return RevocationStatus.Evidence(
            source: .ocsp(responder: signer.subject, producedAt: response.producedAt),
            issuer: issuer.subject,
            thisUpdate: entry.thisUpdate,
            nextUpdate: entry.nextUpdate,
            // A delegated responder's word ends with its certificate.
            usableUntil: signer == issuer ? end : [end, signer.validity.notAfter].compactMap { $0 }.min(),
            fingerprint: response.fingerprint
        )
    }
}
