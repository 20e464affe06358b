// SPDX-License-Identifier: Apache-2.0

extension VerdictSource {
    /// The cached verdict for `question`. Nil if there is none, or if it was invalidated. Answers that do not fit the
    /// question are ignored, because the cache may be the application's own.
    func cachedVerdict(for question: VerdictQuestion) -> CachedVerdict? {
        guard let cache, let key = question.key else { return nil }
        let generation = question.evidenceGeneration
        let found = cache.cachedVerdict(for: key, evidence: generation, at: question.now)
        let objection = found.flatMap { Self.objection(to: $0, for: key, evidence: generation, at: question.now) }
        if let objection { log.cacheAnsweredWrongly(objection) }
        guard let found, objection == nil, !outdated.contains(found) else {
            watch.lookedUp(isHit: false)
            return nil
        }
        watch.lookedUp(isHit: true)
        return found
    }

    /// Offers a verdict to the cache.
    func store(_ verdict: ValidationVerdict, for question: VerdictQuestion) {
        guard let cache, let key = question.key else { return }
        cache.store(question.cached(question.record(of: verdict), for: key), for: key, at: question.now)
    }

    /// The cached verdict for `question`, or the result of `validate`, which the cache calls.
    func record(
        for question: VerdictQuestion,
        _ key: ValidationCacheKey,
        through cache: any CertificateValidationCache,
        validate: @escaping @Sendable () async -> VerdictRecord
    ) async -> VerdictRecord {
        let (generation, now) = (question.evidenceGeneration, question.now)
        let fresh = FreshVerdict()
        let found = await cache.verdict(for: key, evidence: generation, at: now) {
            fresh.begin()
            let record = await validate()
            fresh.keep(record.verdict)
            return question.cached(record, for: key)
        }
        let isValidated = fresh.hasBegun
        let objection = objection(to: found, for: key, evidence: generation, askedAt: now, isValidated)
        // What this call has validated is compared with later invalidations by its own record.
        guard isValidated || objection != nil || !outdated.contains(found) else {
            watch.lookedUp(isHit: false)
            let record = await validate()
            cache.store(question.cached(record, for: key), for: key, at: now)
            return record
        }
        watch.lookedUp(isHit: !isValidated)
        guard let objection else { return question.record(of: found, or: fresh.verdict) }
        log.cacheAnsweredWrongly(objection)
        return await validate()
    }

    /// - Parameter isValidated: whether the cache called `validate` for this question.
    private func objection(
        to found: CachedVerdict,
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
        askedAt now: Timestamp,
        _ isValidated: Bool
    ) -> CacheObjection? {
        guard found.key == key else { return .otherKey }
        // The verdict is fresh if it was made for this question, or for one that was being answered when this one
        // arrived. Then it may be based on evidence that was fetched meanwhile, and may or may not be cacheable.
        let isFresh = found.madeAt >= now.adding(seconds: -ValidationVerdict.clockTolerance)
        if isValidated { return isFresh ? nil : .otherTime }
        guard isFresh || found.isCacheable else { return .notCacheable }
        guard found.holds(at: options.clock.now()) else { return .otherTime }
        let isSameEvidence =
            found.evidenceGeneration == generation
            || isFresh && found.evidenceGeneration == evidence(about: key.certificateDigests).generation
        return isSameEvidence ? nil : .otherEvidence
    }

    private static func objection(
        to found: CachedVerdict,
        for key: ValidationCacheKey,
        evidence generation: EvidenceGeneration,
        at now: Timestamp
    ) -> CacheObjection? {
        guard !found.answers(key, evidence: generation, at: now) else { return found.isCacheable ? nil : .notCacheable }
        if found.key != key { return .otherKey }
        return found.evidenceGeneration == generation ? .otherTime : .otherEvidence
    }
}

/// What is wrong with the answer of a cache.
enum CacheObjection: String {
    /// The verdict is for another policy, source or chain.
    case otherKey = "a verdict for another key"
    case otherEvidence = "a verdict based on other revocation evidence"
    case otherTime = "a verdict from a later time, or one that has expired"
    case notCacheable = "a verdict that must not be cached"
}
