// SPDX-License-Identifier: Apache-2.0
// Decisions of onCertificateValidated, kept only when the policy says `.cached`.

internal import Synchronization

/// What a kept decision is about, and how long it holds.
struct HookDecisionKey: Sendable {
    let chain: ValidationCacheKey
    let evidence: [UInt8]
    let validUntil: Timestamp?
    let now: Timestamp
}

/// Keeps decisions as long as a cached verdict would live.
final class HookDecisionMemory: Sendable {
    private struct Entry: Sendable {
        let decision: CertificateValidatedDecision
        let evidence: [UInt8]
        let expiration: Timestamp
    }

    /// The same numbers as the verdict cache's defaults.
    private static let capacity = 1024
    private static let lifetime: Int64 = 120

    private let entries = Mutex(LeastRecentlyUsed<ValidationCacheKey, Entry>(capacity: capacity))

    func decision(for key: HookDecisionKey) -> CertificateValidatedDecision? {
        entries.withLock { entries in
            guard let entry = entries.value(for: key.chain) else { return nil }
            guard key.now <= entry.expiration, entry.evidence == key.evidence else {
                entries.remove(key.chain)
                return nil
            }
            return entry.decision
        }
    }

    func keep(_ decision: CertificateValidatedDecision, for key: HookDecisionKey) {
        let byAge = key.now.adding(seconds: Self.lifetime)
        let expiration = key.validUntil.map { min($0, byAge) } ?? byAge
        let entry = Entry(decision: decision, evidence: key.evidence, expiration: expiration)
        entries.withLock { _ = $0.insert(entry, for: key.chain) }
    }

    func removeAll() {
        entries.withLock { _ = $0.removeAll { _, _ in true } }
    }
}
