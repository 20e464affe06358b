// SPDX-License-Identifier: Apache-2.0
// A cache written only with public API: proof that the protocol can be implemented.

import CertAuth
import Synchronization

/// Stores all verdicts that may be cached, without limits.
final class DictionaryCache: CertificateValidationCache {
    private let entries = Mutex<[ValidationCacheKey: CachedVerdict]>([:])

    func cachedVerdict(for key: ValidationCacheKey, evidence: EvidenceGeneration, at now: Timestamp) -> CachedVerdict? {
        let entry = entries.withLock { $0[key] }
        guard let entry, entry.answers(key, evidence: evidence, at: now) else { return nil }
        return entry
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        guard verdict.isCacheable else { return }
        entries.withLock { $0[key] = verdict }
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        if let found = cachedVerdict(for: key, evidence: evidence, at: now) { return found }
        let fresh = await Task { await validate() }.value
        store(fresh, for: key, at: now)
        return fresh
    }

    func removeVerdicts(involving certificate: Certificate) -> Int {
        remove { $0.involves(certificate) }
    }

    func removeVerdicts(issuedBy issuer: DistinguishedName) -> Int {
        remove { $0.involves(issuer: issuer) }
    }

    func removeAll() { _ = remove { _ in true } }

    var count: Int { entries.withLock { $0.count } }

    private func remove(where matches: (CachedVerdict) -> Bool) -> Int {
        entries.withLock { entries in
            let before = entries.count
            entries = entries.filter { !matches($0.value) }
            return before - entries.count
        }
    }
}
