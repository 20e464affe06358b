// SPDX-License-Identifier: Apache-2.0

/// A presented chain, with everything that its verdict is based on at one moment.
struct VerdictQuestion: Sendable {
    let chain: PresentedChain
    let policy: PolicySnapshot
    /// Nil if there is neither a cache nor a store of fetched evidence.
    let key: ValidationCacheKey?
    let evidence: EvidenceInForce
    let now: Timestamp
    private let basis: VerdictBasis
    /// The number of changes of the conditions before the question.
    private let changes: Int
    /// The moment before the question, for the cache.
    private let stamp: InvalidationStamp

    init(
        chain: PresentedChain,
        policy: PolicySnapshot,
        key: ValidationCacheKey?,
        evidence: EvidenceInForce,
        now: Timestamp,
        invalidations: Int,
        changes: Int,
        stamp: InvalidationStamp
    ) {
        self.chain = chain
        self.policy = policy
        self.key = key
        self.evidence = evidence
        self.now = now
        self.changes = changes
        self.stamp = stamp
        basis = VerdictBasis(
            policy: policy.fingerprint,
            evidence: evidence.generation,
            invalidations: invalidations
        )
    }

    /// The generation of the evidence, for lookups.
    var evidenceGeneration: EvidenceGeneration { basis.evidence }

    /// The cache entry of a verdict on the question.
    func cached(_ record: VerdictRecord, for key: ValidationCacheKey) -> CachedVerdict {
        CachedVerdict(
            verdict: record.verdict,
            key: key,
            evidenceGeneration: record.basis.evidence,
            madeAt: record.madeAt,
            stamp: stamp
        )
    }

    /// The record of a verdict by the evidence of the question.
    func record(of verdict: ValidationVerdict, isFinal: Bool = true) -> VerdictRecord {
        VerdictRecord(verdict, madeAt: now, basis: basis, changes: changes, isFinal: isFinal)
    }

    /// The record of a verdict by later evidence.
    func record(
        of verdict: ValidationVerdict,
        by generation: EvidenceGeneration,
        madeAt moment: Timestamp,
        hookDecisions: HookDecisions? = nil
    ) -> VerdictRecord {
        VerdictRecord(
            verdict,
            madeAt: moment,
            basis: VerdictBasis(policy: basis.policy, evidence: generation, invalidations: basis.invalidations),
            changes: changes,
            hookDecisions: hookDecisions
        )
    }

    /// The record of a cached verdict for the same key.
    ///
    /// - Parameter fresh: the verdict that this question may just have added to the cache. If it is the same, it is used,
    ///   because its certificates are decoded.
    func record(of found: CachedVerdict, or fresh: ValidationVerdict? = nil) -> VerdictRecord {
        let isFresh = if case .accepted(let chain)? = fresh { chain.path === found.path } else { false }
        return record(
            of: isFresh ? fresh ?? found.verdict(on: chain) : found.verdict(on: chain),
            by: found.evidenceGeneration,
            madeAt: found.madeAt,
            hookDecisions: found.decisions
        )
    }
}
