// SPDX-License-Identifier: Apache-2.0

/// Determines what the available OCSP responses state about one certificate.
struct OCSPSearch {
    let certificate: Certificate
    let issuer: Certificate
    let evidence: RevocationEvidence
    let trust: any SignerTrust
    let pending: [Certificate]
    let context: ValidationContext

    /// The newest good entry, unless an authentic entry says revoked, or a responder has later said something else.
    func answer() -> EvidenceAnswer {
        var answer = EvidenceAnswer()
        var statements: [Statement] = []
        for response in evidence.responses(about: certificate.serialNumber) {
            let entries = response.entries.filter { $0.certificateID.names(certificate, issuedBy: issuer) }
            guard !entries.isEmpty else { continue }
            if let statement = read(entries, of: response, &answer) { statements.append(statement) }
            if case .revoked = answer.verdict { return answer }
        }
        var latest: Statement?
        for statement in statements where statement.proof != nil {
            guard !statements.contains(where: { $0.contradicts(statement) }) else { continue }
            if let held = latest, held.moment.thisUpdate >= statement.moment.thisUpdate { continue }
            latest = statement
        }
        if let proof = latest?.proof { answer.verdict = .good(proof) }
        return answer
    }

    /// The content of one authentic response.
    private struct Statement {
        let moment: (thisUpdate: Timestamp, producedAt: Timestamp)
        /// Nil if the response does not say good.
        let proof: RevocationStatus.Evidence?

        /// Whether this is a later statement that the certificate is not good, by any responder of the issuer, because
        /// responders change their keys. A replayed older response does not override it, however long it is valid.
        func contradicts(_ other: Statement) -> Bool { proof == nil && moment > other.moment }
    }

    private func read(
        _ entries: [OCSPSingleResponse],
        of response: OCSPResponse,
        _ answer: inout EvidenceAnswer
    ) -> Statement? {
        let responders = OCSPResponders(
            issuer: issuer,
            evidence: evidence,
            trust: trust,
            pending: pending,
            context: context
        )
        let signer: Certificate
        var doubt: RevocationStatus.Cause?
        switch responders.signer(of: response) {
        case .trusted(let found): signer = found
        case .doubtful(let found, let cause): (signer, doubt) = (found, cause)
        case .circular:
            answer.isCircular = true
            return nil
        case .objection(let cause):
            answer.causes.append(cause)
            return nil
        }
        if let revoked = entries.first(where: { isRevoked($0, response, signer) }),
            case .revoked(let moment, let reason) = revoked.status
        {
            answer.verdict = .revoked(at: moment, reason: reason, proof(revoked, response, signer))
            return nil
        }
        if let doubt {
            answer.causes.append(doubt)
            return nil
        }
        guard let first = entries.first else { return nil }
        guard entries.allSatisfy({ $0.status == first.status }) else {
            answer.causes.append(.contradictory(responder: "\(signer)"))
            return nil
        }
        let newest = entries.reduce(first) { $1.thisUpdate > $0.thisUpdate ? $1 : $0 }
        return statement(newest, of: response, signer: signer, &answer)
    }

    /// The content of an entry that does not revoke the certificate; nil if it is unusable.
    private func statement(
        _ entry: OCSPSingleResponse,
        of response: OCSPResponse,
        signer: Certificate,
        _ answer: inout EvidenceAnswer
    ) -> Statement? {
        let isGood = entry.status == .good
        let objection = objection(to: entry, of: response, signer: signer)
        if let objection {
            answer.causes.append(objection)
            guard objection.isAboutTime else { return nil }
            if isGood { answer.remember(proof(entry, response, signer)) }
        } else if case .unknown = entry.status {
            answer.causes.append(.unknownToResponder(responder: "\(signer)"))
        }
        // An expired good entry is no answer. Any other expired entry still shows that older responses are replays.
        guard objection == nil || !isGood else { return nil }
        return Statement(
            moment: (entry.thisUpdate, response.producedAt),
            proof: isGood ? proof(entry, response, signer) : nil
        )
    }

    /// A revocation is permanent, so the age of the statement does not matter. A hold may have been released since.
    private func isRevoked(_ entry: OCSPSingleResponse, _ response: OCSPResponse, _ signer: Certificate) -> Bool {
        guard case .revoked(_, let reason) = entry.status else { return false }
        guard reason == CertificateRevocationList.Entry.holdReason else { return true }
        return objection(to: entry, of: response, signer: signer)?.isAboutTime != true
    }

    /// Why an authentic entry does not show that a certificate is good.
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
        guard !time.isFuture(response.producedAt) else {
            return .notYetCurrent(issuer: "\(signer)", thisUpdate: response.producedAt)
        }
        let notBefore = certificate.validity.notBefore
        guard response.producedAt >= notBefore else {
            return .beforeCertificate(issuer: "\(signer)", producedAt: response.producedAt, notBefore: notBefore)
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
            // Statements of a delegated responder expire with its certificate.
            usableUntil: signer == issuer ? end : [end, signer.validity.lastMoment].compactMap { $0 }.min(),
            fingerprint: response.fingerprint
        )
    }
}
