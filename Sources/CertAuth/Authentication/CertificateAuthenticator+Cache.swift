// SPDX-License-Identifier: Apache-2.0
// Answers of the cache, checked: it may be one of the application's own.

extension CertificateAuthenticator {
    /// What the cache has for `key`; nil where it has none, and for an answer that does not answer the question.
    func cachedVerdict(
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        at now: Timestamp
    ) -> CachedVerdict? {
        guard let cache else { return nil }
        let found = cache.cachedVerdict(for: key, evidence: generation, at: now)
        let objection = found.flatMap { Self.objection(to: $0, for: key, evidence: generation, at: now) }
        if let objection { hooks.log.cacheAnsweredWrongly(objection) }
        watch.lookedUp(isHit: found != nil && objection == nil)
        return objection == nil ? found : nil
    }

    /// What the cache has for `key`, or what `judge` comes to, through the cache.
    func verdict(
        for key: ValidationCacheKey,
        through cache: any CertificateValidationCache,
        judge: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        let generation = evidenceGeneration(for: key.certificateDigests)
        let now = options.clock.now()
        let judged = FirstUse()
        let found = await cache.verdict(for: key, evidence: generation, at: now) {
            judged.mark()
            return await judge()
        }
        watch.lookedUp(isHit: !judged.isMarked)
        guard let objection = objection(to: found, for: key, evidence: generation, askedAt: now, judged.isMarked) else {
            return found
        }
        hooks.log.cacheAnsweredWrongly(objection)
        return await judge()
    }

    /// - Parameter isJudged: whether the cache had `judge` run for this question.
    private func objection(
        to found: CachedVerdict,
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        askedAt now: Timestamp,
        _ isJudged: Bool
    ) -> CacheObjection? {
        guard found.key == key else { return .otherKey }
        // Made for this question, or for one that was being answered when this one came: with evidence that was fetched
        // meanwhile, and kept or not.
        let isFresh = found.madeAt >= now.adding(seconds: -ValidationVerdict.clockTolerance)
        if isJudged { return isFresh ? nil : .otherTime }
        guard isFresh || found.isCacheable else { return .notCacheable }
        guard found.holds(at: options.clock.now()) else { return .otherTime }
        let isSameEvidence =
            found.evidenceGeneration == generation
            || isFresh && found.evidenceGeneration == evidenceGeneration(for: key.certificateDigests)
        return isSameEvidence ? nil : .otherEvidence
    }

    private static func objection(
        to found: CachedVerdict,
        for key: ValidationCacheKey,
        evidence generation: [UInt8],
        at now: Timestamp
    ) -> CacheObjection? {
        guard !found.answers(key, evidence: generation, at: now) else { return found.isCacheable ? nil : .notCacheable }
        if found.key != key { return .otherKey }
        return found.evidenceGeneration == generation ? .otherTime : .otherEvidence
    }
}

/// What is wrong with the answer of a cache.
enum CacheObjection: String {
    /// A verdict under another policy, of another source, or on another chain.
    case otherKey = "the entry of another key"
    case otherEvidence = "a verdict by other revocation evidence"
    case otherTime = "a verdict that was made later, or has ended"
    case notCacheable = "a verdict that must not be kept"
}
