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

    private struct State: Sendable {
        var entries = LeastRecentlyUsed<ValidationCacheKey, Entry>(capacity: capacity)
        /// Counts removals, so that a hook under way does not bring back what was to be forgotten.
        var removals = 0
    }

    private let state = Mutex(State())

    /// How often everything was forgotten: taken before a hook is asked.
    var removals: Int { state.withLock { $0.removals } }

    func decision(for key: HookDecisionKey) -> CertificateValidatedDecision? {
        state.withLock { state in
            guard let entry = state.entries.value(for: key.chain) else { return nil }
            guard key.now <= entry.expiration, entry.evidence == key.evidence else {
                state.entries.remove(key.chain)
                return nil
            }
            return entry.decision
        }
    }

    /// Keeps a decision unless everything was forgotten since `removals` was taken.
    func keep(_ decision: CertificateValidatedDecision, for key: HookDecisionKey, since removals: Int) {
        let byAge = key.now.adding(seconds: Self.lifetime)
        let expiration = key.validUntil.map { min($0, byAge) } ?? byAge
        let entry = Entry(decision: decision, evidence: key.evidence, expiration: expiration)
        state.withLock { state in
            guard state.removals == removals else { return }
            state.entries.insert(entry, for: key.chain)
        }
    }

    func removeAll() {
        state.withLock { state in
            state.removals += 1
            _ = state.entries.removeAll { _, _ in true }
        }
    }
}
