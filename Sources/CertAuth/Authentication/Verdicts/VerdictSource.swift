// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Makes the verdicts of one policy that may admit a client: from the cache if possible, otherwise by the engine.
///
/// It has two entry points: one uses the stored evidence and never waits, the other fetches missing evidence.
final class VerdictSource: Sendable {
    private static let last = Atomic(0)
    /// Different for every source of the process. The address of a source that was released may belong to another.
    let number = VerdictSource.last.add(1, ordering: .relaxed).newValue
    let options: CertificateAuthenticationOptions
    /// What verdicts are based on. It notifies subscribers of changes.
    let conditions: VerdictConditions
    /// The evidence that the application supplies.
    let givenEvidence: GivenEvidence
    let cache: (any CertificateValidationCache)?
    let gatherer: RevocationGatherer?
    let watch: ValidationWatch
    let log: DecisionLog
    let family = VerdictSourceFamily()
    /// The verdicts in the cache that an invalidation has discarded.
    let outdated = OutdatedVerdicts()
    private let policies: PolicyInForce
    private let shadow: ShadowValidator?

    init(
        options: CertificateAuthenticationOptions,
        policies: PolicyInForce,
        cache: (any CertificateValidationCache)?,
        givenEvidence: GivenEvidence,
        gatherer: RevocationGatherer?,
        conditions: VerdictConditions,
        watch: ValidationWatch,
        shadow: ShadowValidator?,
        log: DecisionLog
    ) {
        self.options = options
        self.policies = policies
        self.cache = cache
        self.givenEvidence = givenEvidence
        self.gatherer = gatherer
        self.conditions = conditions
        self.watch = watch
        self.shadow = shadow
        self.log = log
    }

    /// The current engine, anchors and fingerprint.
    var policy: PolicySnapshot { policies.current }

    /// The verdict by the stored evidence. It never waits, so it can be used in a handshake.
    ///
    /// A verdict that fetching could change is not final and never cached.
    func verdictByHeldEvidence(on chain: PresentedChain) -> VerdictRecord {
        switch question(about: chain) {
        case .refused(let refusal): return refusal
        case .open(let question):
            if let found = cachedVerdict(for: question) { return question.record(of: found) }
            let decision = decide(question)
            let isFinal = !canBeSettledByFetching(decision)
            if isFinal {
                shadow?.compare(decision.verdict, on: chain) { question.evidence.evidence() }
                store(decision.verdict, for: question)
            }
            return question.record(of: decision.verdict, isFinal: isFinal)
        }
    }

    /// The verdict by all evidence. Missing evidence is fetched if `revocationMode` is `.online`.
    ///
    /// - Parameter former: an earlier verdict on the same chain, which saves work if only evidence has changed since.
    func verdictGatheringEvidence(on chain: PresentedChain, former: VerdictRecord? = nil) async -> VerdictRecord {
        switch question(about: chain) {
        case .refused(let refusal): return refusal
        case .open(let question):
            guard let cache, let key = question.key else { return await gather(question, former) }
            return await record(for: question, key, through: cache) { await self.gather(question, former) }
        }
    }

    /// The refusal of a chain whose first certificate the application has revoked; nil for any other chain.
    func applicationRefusal(of chain: PresentedChain) -> VerdictRecord? {
        let changes = conditions.count
        guard let failure = conditions.applicationRefusal(ofLeaf: chain.derEncoded.first) else { return nil }
        return VerdictRecord(
            .refused(failure, until: nil),
            madeAt: options.clock.now(),
            basis: basis(digests: []),
            changes: changes,
            isRevokedByApplication: true
        )
    }

    /// The evidence about the certificates with these SHA-256 digests.
    func evidence(about digests: @autoclosure () -> [[UInt8]]) -> EvidenceInForce {
        EvidenceInForce(given: givenEvidence.current, held: gatherer?.store.held(concerning: digests()))
    }

    /// What a verdict on a chain with these SHA-256 digests would be based on now.
    func basis(digests: @autoclosure () -> [[UInt8]]) -> VerdictBasis {
        // Read first: an invalidation after it is noticed.
        let invalidations = conditions.invalidationCount
        return VerdictBasis(
            policy: policy.fingerprint,
            evidence: evidence(about: digests()).generation,
            invalidations: invalidations
        )
    }

    /// A chain to be validated, or its refusal before that.
    private enum Preparation {
        case open(VerdictQuestion)
        case refused(VerdictRecord)
    }

    private func question(about chain: PresentedChain) -> Preparation {
        // Read first, before the certificates that the application has revoked: later changes are noticed.
        let changes = conditions.count
        let invalidations = conditions.invalidationCount
        let stamp = InvalidationStamp.now
        if let refusal = applicationRefusal(of: chain) { return .refused(refusal) }
        let policy = policy
        let now = options.clock.now()
        do throws(Finding) {
            try PresentedLimits(options.limits).check(chain)
            // Nothing is looked up by digest without a cache and fetched evidence.
            let isLookedUp = cache != nil || gatherer != nil
            let key = isLookedUp ? try ValidationCacheKey(policy: policy.fingerprint, chain: chain) : nil
            return .open(
                VerdictQuestion(
                    chain: chain,
                    policy: policy,
                    key: key,
                    evidence: evidence(about: key?.certificateDigests ?? []),
                    now: now,
                    invalidations: invalidations,
                    changes: changes,
                    stamp: stamp
                )
            )
        } catch {
            let refusal = ValidationVerdict.refused(AuthenticationFailure(error), until: nil)
            return .refused(VerdictRecord(refusal, madeAt: now, basis: basis(digests: []), changes: changes))
        }
    }

    /// The engine's decision by the evidence of the question.
    private func decide(_ question: VerdictQuestion, _ former: VerdictRecord? = nil) -> Decision {
        watch.watch(at: question.now) { observer in
            decision(on: question, former, by: question.evidence.evidence(), at: question.now, observer)
        }
    }

    private func decision(
        on question: VerdictQuestion,
        _ former: VerdictRecord?,
        by evidence: RevocationEvidence,
        at now: Timestamp,
        _ observer: ValidationPhase.Observer?
    ) -> Decision {
        let engine = question.policy.engine
        if let former, let path = acceptedPath(of: former, for: question) {
            let decision = engine.decision(
                for: question.chain,
                acceptedAs: path,
                at: former.madeAt,
                evidence: evidence,
                now: now,
                observer: observer
            )
            if let decision { return decision }
        }
        return engine.decision(for: question.chain, evidence: evidence, at: now, observer: observer)
    }

    /// The path of a former verdict by the same policy, unless it was invalidated since.
    private func acceptedPath(of former: VerdictRecord, for question: VerdictQuestion) -> ValidatedChain? {
        guard let path = former.path, former.basis.policy == question.policy.fingerprint else { return nil }
        let isInvalidated = conditions.areInvalidated(path.certificates, since: former.basis.invalidations)
        return isInvalidated ? nil : path
    }

    private func gather(_ question: VerdictQuestion, _ former: VerdictRecord?) async -> VerdictRecord {
        guard let gatherer, options.revocationMode == .online else {
            let verdict = decide(question, former).verdict
            shadow?.compare(verdict, on: question.chain) { question.evidence.evidence() }
            return question.record(of: verdict)
        }
        let digests = question.key?.certificateDigests ?? []
        let record = await watch.watch { observer in
            let gathering = EvidenceGathering(gatherer: gatherer, clock: options.clock, question: question) {
                self.evidence(about: digests)
            } decide: { evidence, now in
                self.decision(on: question, former, by: evidence, at: now, observer)
            }
            return await gathering.record()
        }
        shadow?.compare(record.verdict, on: question.chain) { self.evidence(about: digests).evidence() }
        return record
    }

    private func canBeSettledByFetching(_ decision: Decision) -> Bool {
        guard let gatherer, options.revocationMode == .online else { return false }
        return decision.needs.contains { !gatherer.sources(for: $0).isEmpty }
    }
}
