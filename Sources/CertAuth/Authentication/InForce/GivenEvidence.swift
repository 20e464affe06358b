// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Holds the CRLs and OCSP responses that the application supplies, and only replaces them by newer ones.
final class GivenEvidence: Sendable {
    private struct State: Sendable {
        var holding: EvidenceSuccession.Holding
        /// The evidence that replaced this one at a reload. It also applies here, even after its authenticator has been
        /// released.
        var successor: GivenEvidence?
    }

    private let state: Mutex<State>
    /// The folder in which CRLs are stored beyond the lifetime of the process.
    private let folder = Mutex<RevocationListFolder?>(nil)
    private let options: CertificateAuthenticationOptions
    private let policies: PolicyInForce
    private let conditions: VerdictConditions
    private let log: DecisionLog

    init(
        _ evidence: RevocationEvidence,
        options: CertificateAuthenticationOptions,
        policies: PolicyInForce,
        conditions: VerdictConditions,
        log: DecisionLog
    ) {
        state = Mutex(State(holding: EvidenceSuccession.Holding(evidence)))
        self.options = options
        self.policies = policies
        self.conditions = conditions
        self.log = log
    }

    /// The evidence in force.
    var current: RevocationEvidence { holding.evidence }

    /// The evidence in force, with the statements that were kept.
    var holding: EvidenceSuccession.Holding {
        let (own, successor) = state.withLock { ($0.holding, $0.successor) }
        return successor?.holding ?? own
    }

    /// The generation of the evidence that was supplied here, without a successor's.
    var ownGeneration: EvidenceGeneration { state.withLock { $0.holding.evidence.generation } }

    private var successor: GivenEvidence? { state.withLock { $0.successor } }

    /// Ends the use of the successor's evidence. The evidence here takes it over and is in force from now on.
    func putInForce() {
        guard let successor else { return }
        succeed(successor.holding)
        state.withLock { $0.successor = nil }
    }

    /// Starts the use of the evidence of `successor`.
    ///
    /// - Parameter known: the generation of the evidence that the successor has taken over.
    func useEvidence(of successor: GivenEvidence, inheritedGeneration known: EvidenceGeneration) {
        let own = state.withLock { state in
            state.successor = successor
            return state.holding
        }
        // Passes on what was supplied here since the successor took over.
        if own.evidence.generation != known { successor.succeed(own) }
        // Waiting requests compare the evidence again. Open connections are validated by the successor's authenticator.
        conditions.countChange()
    }

    /// Puts `offered` in force as far as it is newer.
    func advance(to offered: RevocationEvidence) {
        change { EvidenceChange(former: $0, offered: offered) }
        // Read last: a successor that is set later takes over the evidence here.
        successor?.advance(to: offered)
    }

    /// Puts `evidence` in force as it is.
    func replace(with evidence: RevocationEvidence) {
        let former = state.withLock { state in
            defer { state.holding = EvidenceSuccession.Holding(evidence) }
            return state.holding.evidence
        }
        announce(evidence, after: former, [])
        successor?.replace(with: evidence)
    }

    /// Puts the CRLs of `folder` in force in addition to the others, and writes later changes to it.
    func remember(in folder: RevocationListFolder) {
        let (lists, unreadable) = folder.contents()
        report(unreadable)
        // Done for an empty folder too, because it determines the signers of the CRLs given so far.
        let remembered = EvidenceSuccession.Holding(RevocationEvidence(revocationLists: lists))
        change { EvidenceChange(former: remembered, offered: $0.evidence) }
        self.folder.withLock { $0 = folder }
        report(folder.replace(lists, by: current.revocationLists))
    }

    /// Puts former evidence in force as far as it is newer than the current evidence.
    func succeed(_ former: EvidenceSuccession.Holding) {
        guard !former.evidence.revocationLists.isEmpty || !former.evidence.ocspResponses.isEmpty else { return }
        change { EvidenceChange(former: former, offered: $0.evidence) }
    }

    private struct EvidenceChange {
        let former: EvidenceSuccession.Holding
        let offered: RevocationEvidence
    }

    /// Changes the evidence in force, and repeats the change if other evidence came into force meanwhile.
    private func change(_ change: (EvidenceSuccession.Holding) -> EvidenceChange) {
        while true {
            let held = state.withLock { $0.holding }
            let step = change(held)
            // Outside the lock, because every validation takes it and the verification of large CRLs takes long.
            let succession = EvidenceSuccession(
                of: step.former,
                by: step.offered,
                authorities: anchors(for: step) + options.additionalChainCertificates,
                at: options.clock.now(),
                skew: options.revocation.clockSkew.wholeSeconds
            )
            let isCurrent = state.withLock { state in
                guard state.holding.evidence.generation == held.evidence.generation else { return false }
                state.holding = succession.holding
                return true
            }
            guard isCurrent else { continue }
            return announce(succession.holding.evidence, after: held.evidence, succession.notices)
        }
    }

    /// The anchors that may have signed something. Those that can't have are not decoded.
    private func anchors(for change: EvidenceChange) -> [Certificate] {
        guard let trust = policies.current.engine.trust else { return [] }
        let parts = [change.former.evidence, change.offered]
        // A responder's certificate may have another name than the issuer of what it answers for.
        guard parts.allSatisfy(\.ocspResponses.isEmpty) else { return trust.anchors }
        return parts.flatMap(\.revocationLists).flatMap { trust.anchors(perhapsNamed: $0.issuer) }
    }

    private func announce(
        _ evidence: RevocationEvidence,
        after former: RevocationEvidence,
        _ notices: [EvidenceNotice]
    ) {
        report(notices)
        guard evidence.generation != former.generation else { return }
        conditions.post(.evidence(about: nil))
        guard let folder = folder.withLock({ $0 }) else { return }
        report(folder.replace(former.revocationLists, by: evidence.revocationLists))
    }

    private func report(_ notices: [EvidenceNotice]) {
        for notice in notices { log.noticed(notice) }
    }
}
