// SPDX-License-Identifier: Apache-2.0
// The statements that were fetched and count, in memory.
//
// A statement comes in only after its signature has been checked for a path that holds, and a list only when its number
// and time go forward. It stays, stale or not, until a newer one takes its place: a stale one answers nothing, but shows
// an old one that is played back for what it is.

internal import Synchronization

/// Holds fetched CRLs and OCSP responses for one or more authenticators.
public final class RevocationEvidenceStore: Sendable {
    struct State: Sendable {
        var statements: [EvidenceKey: HeldStatement] = [:]
        /// Every list, and the responses about authorities.
        var common = RevocationEvidence.none
        /// Responses about end entities by the digest of the certificate.
        var responses: [[UInt8]: [EvidenceKey: OCSPResponse]] = [:]
        var recent: RecentOutcomes
    }

    /// The most statements.
    package let capacity: Int
    /// The most bytes of all lists together.
    package let maximumListBytes: Int
    let state: Mutex<State>
    /// Posts whenever another statement has come in: the digest of the end entity it is about, nil for any certificate.
    let changes = ChangeNotice<[UInt8]?>()

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - capacity: statements; the one fetched longest ago goes first. A response takes about 4 KB.
    ///   - maximumListBytes: of all lists together, as DER.
    public init(capacity: Int = 10_000, maximumListBytes: Int = 512 << 20) {
        self.capacity = max(1, capacity)
        self.maximumListBytes = maximumListBytes
        state = Mutex(State(recent: RecentOutcomes(capacity: max(16, capacity))))
    }

    /// How many statements are held.
    package var count: Int { state.withLock { $0.statements.count } }

    /// Every list held.
    package var revocationLists: [CertificateRevocationList] { state.withLock { $0.common.revocationLists } }

    /// Forgets everything, the memory of failures included.
    public func removeAll() {
        state.withLock { $0 = State(recent: RecentOutcomes(capacity: max(16, capacity))) }
        changes.post(nil)
    }

    /// What could speak of the certificates with these SHA-256 digests.
    func held(concerning digests: [[UInt8]]) -> HeldEvidence {
        state.withLock { state in
            guard !state.responses.isEmpty else { return HeldEvidence(common: state.common, responses: []) }
            var found: [OCSPResponse] = []
            for digest in digests {
                for (key, response) in state.responses[digest] ?? [:] {
                    found.append(response)
                    state.statements[key]?.isUsed = true
                }
            }
            found.sort { $0.fingerprint.bytes.lexicographicallyPrecedes($1.fingerprint.bytes) }
            return HeldEvidence(common: state.common, responses: found)
        }
    }

    /// What is held under `key`.
    func statement(for key: EvidenceKey) -> HeldStatement? { state.withLock { $0.statements[key] } }

    /// What `key` brought a moment ago.
    func recentOutcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        state.withLock { $0.recent.outcome(for: key, at: now) }
    }

    /// Remembers what `key` brought, for seconds.
    func remember(_ outcome: FetchOutcome, for key: EvidenceKey, until moment: Timestamp, at now: Timestamp) {
        state.withLock { $0.recent.remember(outcome, for: key, until: moment, at: now) }
    }

    /// Notes that what is held under `key` is still the latest.
    func confirm(_ key: EvidenceKey, arrival: Arrival) {
        state.withLock { state in
            guard var held = state.statements[key] else { return }
            held.fetchedAt = arrival.fetchedAt
            held.freshness = arrival.freshness
            held.failures = 0
            state.statements[key] = held
        }
    }

    /// Notes that fetching a successor failed.
    func countFailure(of key: EvidenceKey) { state.withLock { $0.statements[key]?.failures += 1 } }
}
