// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The decisions of `onCertificateValidated` about one cached verdict, stored with it if `hookReuse` is `.cached`.
///
/// They are part of the cache entry: when it is removed, replaced or expires, so do they.
final class HookDecisions: Sendable {
    /// One for each authenticator that shares the cache: equal policies may have different hooks.
    private let kept = Mutex<[Int: (mark: HookDecisionScope.Mark, decision: any Sendable)]>([:])

    func decision(since mark: HookDecisionScope.Mark) -> (any Sendable)? {
        let found = kept.withLock { $0[mark.memory] }
        return found?.mark == mark ? found?.decision : nil
    }

    func keep(_ decision: any Sendable, since mark: HookDecisionScope.Mark) {
        kept.withLock { $0[mark.memory] = (mark, decision) }
    }
}

/// Determines which decisions of one authenticator's hooks are valid: those made since the last `forget()`.
final class HookDecisionScope: Sendable {
    /// An authenticator, and how often its decisions have been removed.
    struct Mark: Hashable, Sendable {
        /// Unique for each authenticator of a process.
        let memory: Int
        let removals: Int
    }

    private static let count = Atomic(0)

    private let number = HookDecisionScope.count.add(1, ordering: .relaxed).newValue
    private let removals = Atomic(0)

    /// The current mark. Read it before a hook runs.
    var mark: Mark { Mark(memory: number, removals: removals.load(ordering: .sequentiallyConsistent)) }

    /// Invalidates every decision of this authenticator, including those of running hooks.
    func forget() { removals.add(1, ordering: .sequentiallyConsistent) }
}
