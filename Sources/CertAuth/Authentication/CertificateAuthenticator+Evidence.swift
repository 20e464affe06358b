// SPDX-License-Identifier: Apache-2.0
// Evidence that an application gives: it replaces what was given before, and goes forward only.

internal import Synchronization

extension CertificateAuthenticator {
    /// Puts `evidence` into force as it is, although lists may be older than those in force, or missing.
    ///
    /// A client whose revocation only the former evidence shows is let in again. Use it after an authority has withdrawn
    /// a list, or in tests.
    public func insecurelyReplaceRevocationEvidence(with evidence: RevocationEvidence) {
        let former = self.evidence.withLock { held in
            defer { held = EvidenceSuccession.Holding(evidence) }
            return held.evidence
        }
        announce(evidence, after: former, [])
    }

    /// Remembers the lists in force in `folder`, so that a restart does not go back either.
    ///
    /// What the folder remembers comes into force beside the evidence given so far, by the same rules: a list of the
    /// folder that is older is ignored, and a forged one changes nothing. Call it before the first client arrives. It reads
    /// files, as does each later change of the evidence.
    public func rememberRevocationLists(in folder: RevocationListFolder) {
        let (lists, unreadable) = folder.contents()
        report(unreadable)
        // Also where the folder is empty: it tells whose lists those given so far are.
        let remembered = EvidenceSuccession.Holding(RevocationEvidence(revocationLists: lists))
        change { EvidenceChange(former: remembered, offered: $0.evidence) }
        listFolder.withLock { $0 = folder }
        report(folder.replace(lists, by: revocationEvidence.revocationLists))
    }

    /// Takes over from an authenticator whose place this one takes at a reload: its evidence, and the certificates that
    /// were revoked by hand.
    package func inherit(from former: CertificateAuthenticator) {
        guard former !== self else { return }
        circumstances.inherit(from: former.circumstances)
        // With what was kept by then: that was logged once.
        precede(by: former.evidence.withLock { $0 })
    }

    /// Puts `offered` into force where it goes forward.
    func advanceEvidence(to offered: RevocationEvidence) {
        change { EvidenceChange(former: $0, offered: offered) }
    }

    /// Has the evidence in force succeed `former`.
    private func precede(by former: EvidenceSuccession.Holding) {
        guard !former.evidence.revocationLists.isEmpty || !former.evidence.ocspResponses.isEmpty else { return }
        change { EvidenceChange(former: former, offered: $0.evidence) }
    }

    private struct EvidenceChange {
        let former: EvidenceSuccession.Holding
        let offered: RevocationEvidence
    }

    /// Makes a change by what is in force; again, when something else has come into force meanwhile.
    private func change(_ change: (EvidenceSuccession.Holding) -> EvidenceChange) {
        let authorities = (trustStore?.anchors ?? []) + options.additionalChainCertificates
        while true {
            let held = evidence.withLock { $0 }
            let step = change(held)
            // Not under the lock, which every validation takes: signatures over large lists take their time.
            let succession = EvidenceSuccession(
                of: step.former,
                by: step.offered,
                authorities: authorities,
                at: options.clock.now(),
                skew: options.revocation.clockSkew
            )
            let isCurrent = evidence.withLock { evidence in
                guard evidence.evidence.generation == held.evidence.generation else { return false }
                evidence = succession.holding
                return true
            }
            guard isCurrent else { continue }
            return announce(succession.holding.evidence, after: held.evidence, succession.notices)
        }
    }

    private func announce(
        _ evidence: RevocationEvidence,
        after former: RevocationEvidence,
        _ notices: [EvidenceNotice]
    ) {
        report(notices)
        guard evidence.generation != former.generation else { return }
        circumstances.post(.evidence(about: nil))
        guard let folder = listFolder.withLock({ $0 }) else { return }
        report(folder.replace(former.revocationLists, by: evidence.revocationLists))
    }

    private func report(_ notices: [EvidenceNotice]) {
        for notice in notices { hooks.log.noticed(notice) }
    }
}
