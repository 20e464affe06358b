// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

extension RevocationEvidenceStore {
    /// The statements to be refreshed, with the moment for each, earliest first.
    ///
    /// A response that no verdict has used since it was fetched is not refreshed, because its client has gone. A
    /// statement that was fetched while the clock was ahead is due at once: its own schedule would be late by the error
    /// of the clock.
    func refreshes(at now: Timestamp) -> [(due: Timestamp, key: EvidenceKey)] {
        let statements = state.withLock { $0.statements }
        return statements.filter { $0.key.source.kind == .revocationList || $0.value.isUsed }
            .map { key, held in
                let isFromLater = held.fetchedAt > now.adding(seconds: ValidationVerdict.clockTolerance)
                return (isFromLater ? now : held.schedule(for: key).due, key)
            }
            .sorted { $0.0 < $1.0 }
    }

    /// Starts to record whether a new response is used.
    func markUnused(_ key: EvidenceKey) { state.withLock { $0.statements[key]?.isUsed = false } }
}

extension RevocationGatherer {
    /// The next moment at which a statement is due for a refresh; nil if there is none.
    package var nextRefresh: Timestamp? { store.refreshes(at: clock.now()).first?.due }

    /// Fetches successors of all statements that are due. If a fetch fails, the stored statement stays.
    ///
    /// - Returns: the number of fetches.
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
        // A source that still offers the stored statement has brought nothing new.
        if case .statement = outcome, latest?.fetchedAt != held.fetchedAt {
            if key.source.kind == .responder { store.markUnused(key) }
        } else {
            store.countFailure(of: key)
        }
    }
}
