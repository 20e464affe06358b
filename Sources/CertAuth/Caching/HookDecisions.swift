// SPDX-License-Identifier: Apache-2.0
// What hooks decided about one cached verdict.

internal import Synchronization

/// The decisions of `onCertificateValidated` about one verdict, kept with it under `hookReuse` `.cached`.
///
/// They are part of the cache's entry: whatever removes, replaces or ends the entry ends them too.
final class HookDecisions: Sendable {
    /// One for each authenticator that shares the cache: policies may be equal whose hooks are not.
    private let kept = Mutex<[Int: (mark: HookMemory.Mark, decision: any Sendable)]>([:])

    func decision(since mark: HookMemory.Mark) -> (any Sendable)? {
        let found = kept.withLock { $0[mark.memory] }
        return found?.mark == mark ? found?.decision : nil
    }

    func keep(_ decision: any Sendable, since mark: HookMemory.Mark) {
        kept.withLock { $0[mark.memory] = (mark, decision) }
    }
}

/// Which decisions of one authenticator's hooks count: those made since all were forgotten last.
final class HookMemory: Sendable {
    /// An authenticator, and how often its decisions had been forgotten.
    struct Mark: Hashable, Sendable {
        /// Never given to two authenticators of a process.
        let memory: Int
        let removals: Int
    }

    private static let count = Atomic(0)

    private let number = HookMemory.count.add(1, ordering: .relaxed).newValue
    private let removals = Atomic(0)

    /// To be taken before a hook runs.
    var mark: Mark { Mark(memory: number, removals: removals.load(ordering: .sequentiallyConsistent)) }

    /// Forgets every decision of this authenticator, those of hooks under way included.
    func forget() { removals.add(1, ordering: .sequentiallyConsistent) }
}
