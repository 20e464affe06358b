// SPDX-License-Identifier: Apache-2.0
// The statements that were fetched and verified, in memory.
//
// A statement is stored only after its signature has been verified for a valid path, and a CRL only if its number and
// time go forward. It stays, even if it is stale, until a newer one replaces it: a stale statement answers nothing, but
// exposes a replayed older one.

internal import Synchronization

/// A store of fetched CRLs and OCSP responses for one or more authenticators.
public final class RevocationEvidenceStore: Sendable {
    struct State: Sendable {
        var statements: [EvidenceKey: HeldStatement] = [:]
        /// All CRLs, and the responses about CA certificates.
        var common = RevocationEvidence.none
        /// Responses about end-entity certificates, by the digest of the certificate.
        var responses: [[UInt8]: [EvidenceKey: OCSPResponse]] = [:]
        var recent: InconclusiveFetchCache
    }

    /// The maximum number of statements.
    package let capacity: Int
    /// The maximum size of all CRLs together, in bytes.
    package let maximumListBytes: Int
    let state: Mutex<State>
    /// Posts whenever a new statement is stored: the digest of the end-entity certificate that it is about, nil if it
    /// may concern any certificate.
    let changes = ChangeNotice<[UInt8]?>()

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - capacity: the maximum number of statements. The one fetched longest ago is removed first. A response takes
    ///     about 4 KB.
    ///   - maximumListBytes: the maximum size of all CRLs together, as DER.
    public init(capacity: Int = 10_000, maximumListBytes: Int = 512 << 20) {
        self.capacity = max(1, capacity)
        self.maximumListBytes = maximumListBytes
        state = Mutex(State(recent: InconclusiveFetchCache(capacity: max(16, capacity))))
    }

    /// The number of stored statements.
    package var count: Int { state.withLock { $0.statements.count } }

    /// All stored CRLs.
    package var revocationLists: [CertificateRevocationList] { state.withLock { $0.common.revocationLists } }

    /// Removes everything, including cached failures.
    package func removeAll() {
        // The former state is returned, so that it is released without the lock.
        let former = state.withLock { state in
            defer { state = State(recent: InconclusiveFetchCache(capacity: max(16, capacity))) }
            return state
        }
        withExtendedLifetime(former) {}
        changes.post(nil)
    }

    /// The statements that may be about the certificates with these SHA-256 digests.
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

    /// The statement stored under `key`.
    func statement(for key: EvidenceKey) -> HeldStatement? { state.withLock { $0.statements[key] } }

    /// The cached result of a recent fetch of `key`.
    func recentOutcome(for key: EvidenceKey, at now: Timestamp) -> FetchOutcome? {
        state.withLock { $0.recent.outcome(for: key, at: now) }
    }

    /// Caches the result of a fetch of `key` until `moment`.
    func remember(_ outcome: FetchOutcome, for key: EvidenceKey, until moment: Timestamp, at now: Timestamp) {
        state.withLock { $0.recent.remember(outcome, for: key, until: moment, at: now) }
    }

    /// Records that the statement stored under `key` is still the latest.
    func confirm(_ key: EvidenceKey, arrival: Arrival) {
        state.withLock { state in
            guard var held = state.statements[key] else { return }
            held.fetchedAt = arrival.fetchedAt
            held.freshness = arrival.freshness
            held.failures = 0
            state.statements[key] = held
        }
    }

    /// Records that fetching a successor failed.
    func countFailure(of key: EvidenceKey) { state.withLock { $0.statements[key]?.failures += 1 } }
}

/// When a statement was fetched, and its HTTP metadata.
struct Arrival: Sendable {
    let fetchedAt: Timestamp
    var entityTag: String?
    var freshness: Int64?
}

/// The statements in a store that may be about the certificates of one chain.
struct HeldEvidence: Sendable {
    /// CRLs, and responses about CA certificates.
    let common: RevocationEvidence
    /// Responses about the presented certificates.
    let responses: [OCSPResponse]

    var isEmpty: Bool { common.counts == (0, 0) && responses.isEmpty }
}
