// SPDX-License-Identifier: Apache-2.0

/// Gathers evidence for one authentication, within one deadline.
struct EvidenceGathering {
    let gatherer: RevocationGatherer
    let clock: VerificationClock
    /// The chain whose verdict is made.
    let question: VerdictQuestion
    /// The currently stored evidence.
    let evidenceInForce: @Sendable () -> EvidenceInForce
    /// The pure core.
    let decide: @Sendable (RevocationEvidence, _ now: Timestamp) -> Decision

    private struct Query {
        let need: EvidenceNeed
        let source: EvidenceSource
        let key: EvidenceKey
        /// The number of remaining sources for the need, including this one.
        let left: Int
    }

    /// Decides, queries the next source for each certificate whose status is unknown, and decides again. This ends when
    /// no status is unknown, no source is left, or the deadline has passed.
    ///
    /// - Returns: the verdict with the evidence that it is based on, and the moment it was made for.
    func record() async -> VerdictRecord {
        let deadline = ContinuousClock.now + gatherer.policy.deadline
        var outcomes: [FetchOutcome] = []
        var asked: Set<EvidenceKey> = []
        while true {
            let inForce = evidenceInForce()
            let now = clock.now()
            let decision = decide(inForce.evidence(adding: outcomes), now)
            let queries = queries(for: decision.needs, asked: asked)
            guard !queries.isEmpty, !Task.isCancelled, ContinuousClock.now < deadline else {
                return question.record(of: decision.verdict, by: inForce.generation, madeAt: now)
            }
            asked.formUnion(queries.map(\.key))
            outcomes += await answers(to: queries, before: deadline)
        }
    }

    private func queries(for needs: [EvidenceNeed], asked: Set<EvidenceKey>) -> [Query] {
        var chosen: Set<EvidenceKey> = []
        return needs.compactMap { need in
            let open = gatherer.sources(for: need)
                .map { (source: $0, key: EvidenceKey($0, about: need.certificate)) }
                .filter { !asked.contains($0.key) }
            guard let first = open.first, chosen.insert(first.key).inserted else { return nil }
            return Query(need: need, source: first.source, key: first.key, left: open.count)
        }
    }

    /// Queries all sources concurrently. Each gets its share of the remaining time, so that a silent source leaves time
    /// for the next one.
    private func answers(to queries: [Query], before deadline: ContinuousClock.Instant) async -> [FetchOutcome] {
        let now = ContinuousClock.now
        return await withTaskGroup(of: FetchOutcome.self) { group in
            for query in queries {
                let share = now + (deadline - now) / query.left
                group.addTask { await gatherer.ask(query.source, for: query.need, before: share) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
