// SPDX-License-Identifier: Apache-2.0
// Decide, gather, decide again: one authentication, one deadline.

/// The evidence gathering of one authentication.
struct EvidenceGathering {
    let gatherer: RevocationGatherer
    let clock: VerificationClock
    /// What is held now.
    let evidenceInForce: @Sendable () -> EvidenceInForce
    /// The pure core.
    let decide: @Sendable (RevocationEvidence, _ now: Timestamp) -> Decision

    private struct Question {
        let need: EvidenceNeed
        let source: EvidenceSource
        let key: EvidenceKey
        /// How many sources are left for the need, this one included.
        let left: Int
    }

    /// Decides, asks the next source for each certificate whose status is open, and decides again, until nothing is
    /// open, nobody is left to ask, or the time is over.
    ///
    /// - Returns: the verdict, the generation of the evidence that it rests on, and the moment it was made for.
    func verdict() async -> (ValidationVerdict, generation: EvidenceGeneration, moment: Timestamp) {
        let deadline = ContinuousClock.now + gatherer.policy.deadline
        var outcomes: [FetchOutcome] = []
        var asked: Set<EvidenceKey> = []
        while true {
            let inForce = evidenceInForce()
            let now = clock.now()
            let decision = decide(inForce.evidence(adding: outcomes), now)
            let questions = questions(of: decision.needs, asked: asked)
            guard !questions.isEmpty, !Task.isCancelled, ContinuousClock.now < deadline else {
                return (decision.verdict, inForce.generation, now)
            }
            asked.formUnion(questions.map(\.key))
            outcomes += await answers(to: questions, before: deadline)
        }
    }

    private func questions(of needs: [EvidenceNeed], asked: Set<EvidenceKey>) -> [Question] {
        var chosen: Set<EvidenceKey> = []
        return needs.compactMap { need in
            let open = gatherer.sources(for: need)
                .map { (source: $0, key: EvidenceKey($0, about: need.certificate)) }
                .filter { !asked.contains($0.key) }
            guard let first = open.first, chosen.insert(first.key).inserted else { return nil }
            return Question(need: need, source: first.source, key: first.key, left: open.count)
        }
    }

    /// Asks all at once. Each gets its share of the time that is left, so that a silent source does not keep the next
    /// one from being asked.
    private func answers(to questions: [Question], before deadline: ContinuousClock.Instant) async -> [FetchOutcome] {
        let now = ContinuousClock.now
        return await withTaskGroup(of: FetchOutcome.self) { group in
            for question in questions {
                let share = now + (deadline - now) / question.left
                group.addTask { await gatherer.ask(question.source, for: question.need, before: share) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
