// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Metrics

/// The Guide's cache of verdicts.
enum CacheSnippets {
    static func cached(
        options: CertificateAuthenticationOptions,
        evidence: RevocationEvidence,
        leaving certificate: Certificate
    ) throws -> CertificateAuthenticator {
        // snippet of Guide.md
        let cache = LRUCertificateValidationCache(capacity: 10_000, entryExpiration: .seconds(60))
        let authenticator = try CertificateAuthenticator(options: options, cache: cache, revocationEvidence: evidence)
        // end of snippet
        // snippet of Guide.md
        authenticator.revoke(certificate)
        authenticator.invalidate(.issuer(certificate.issuer))
        // end of snippet
        return authenticator
    }
}

// snippet of Guide.md
/// Measures how long validations take and delegates storage to another cache.
struct MeasuredCache: CertificateValidationCache {
    let inner: any CertificateValidationCache
    let timer = Timer(label: "validation")

    func cachedVerdict(for key: ValidationCacheKey, evidence: EvidenceGeneration, at now: Timestamp) -> CachedVerdict? {
        inner.cachedVerdict(for: key, evidence: evidence, at: now)
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        inner.store(verdict, for: key, at: now)
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        await inner.verdict(for: key, evidence: evidence, at: now) {
            let start = ContinuousClock.now
            let verdict = await validate()
            timer.record(duration: ContinuousClock.now - start)
            return verdict
        }
    }

    func removeVerdicts(involving certificate: Certificate) -> Int { inner.removeVerdicts(involving: certificate) }
    func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int { inner.removeVerdicts(issuedBy: issuer) }
    func removeAll() { inner.removeAll() }
}
// end of snippet
