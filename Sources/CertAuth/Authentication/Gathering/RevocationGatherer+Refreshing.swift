// SPDX-License-Identifier: Apache-2.0
// Fetches successors before what is held ends.

internal import Synchronization

extension RevocationEvidenceStore {
    /// The statements worth a successor, with the moment for each, earliest first.
    ///
    /// A response that no verdict has rested on since it came is let go: its client has gone. What came when the clock was
    /// ahead is due at once: by its own schedule it would be as late as the clock was wrong.
    func refreshes(at now: Timestamp) -> [(due: Timestamp, key: EvidenceKey)] {
        let statements = state.withLock { $0.statements }
        return statements.filter { $0.key.source.kind == .revocationList || $0.value.isUsed }
            .map { key, held in
                let isFromLater = held.fetchedAt > now.adding(seconds: ValidationVerdict.clockTolerance)
                return (isFromLater ? now : held.schedule(for: key).due, key)
            }
            .sorted { $0.0 < $1.0 }
    }

    /// Begins to watch whether a fresh response is rested on.
    func markUnused(_ key: EvidenceKey) { state.withLock { $0.statements[key]?.isUsed = false } }
}

extension RevocationGatherer {
    /// The next moment at which a statement wants a successor; nil while nothing is held.
    package var nextRefresh: Timestamp? { store.refreshes(at: clock.now()).first?.due }

    /// Fetches a successor for everything that is due. Failures leave what is held in place.
    ///
    /// - Returns: how many were asked for.
    @discardableResult
    package func refresh() async -> Int {
        let now = clock.now()
        let due = store.refreshes(at: now).prefix { $0.due <= now }.map(\.key)
        await withTaskGroup { group in
            var waiting = due[...]
            for key in waiting.prefix(policy.concurrentFetches) { group.addTask { await self.refresh(key) } }
            waiting = waiting.dropFirst(policy.concurrentFetches)
            for await _ in group {
                if let key = waiting.popFirst() { group.addTask { await self.refresh(key) } }
            }
        }
        return due.count
    }

    private func refresh(_ key: EvidenceKey) async {
        guard !Task.isCancelled, let held = store.statement(for: key) else { return }
        guard !hasFailedRecently(key) else { return store.countFailure(of: key) }
        let outcome = await fetch(key, for: held.need, deadline: .now + policy.refreshDeadline)
        rememberFailure(outcome, for: key)
        let latest = store.statement(for: key)
        // A source that goes on offering what is held has brought nothing new either.
        if case .statement = outcome, latest?.fetchedAt != held.fetchedAt {
            if key.source.kind == .responder { store.markUnused(key) }
        } else {
            store.countFailure(of: key)
        }
    }
}
