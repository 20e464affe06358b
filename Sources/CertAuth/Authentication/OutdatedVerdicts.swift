// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Recognizes the cached verdicts that an invalidation has discarded, before the cache has removed them, and after a
/// validation that began earlier has stored one again.
final class OutdatedVerdicts: Sendable {
    private struct Invalidation: Sendable {
        let stamp: InvalidationStamp
        let scope: InvalidationScope
    }

    private struct State: Sendable {
        /// The latest invalidations.
        var kept: [Invalidation] = []
        /// The latest one that is not kept any more. It and all before it count as invalidations of everything.
        var forgotten = InvalidationStamp.beginning
    }

    /// The maximum number of stored invalidations.
    private static let mostKept = 64

    private let state = Mutex(State())

    /// From now on, `contains` is true for the verdicts in this scope that exist, or whose validation has begun.
    func add(_ scope: InvalidationScope) {
        state.withLock { state in
            state.kept.append(Invalidation(stamp: .next(), scope: scope))
            guard scope != .everything, state.kept.count <= Self.mostKept else {
                let last = scope == .everything ? state.kept.count : 1
                state.forgotten = state.kept[last - 1].stamp
                state.kept.removeFirst(last)
                return
            }
        }
    }

    /// Takes over the invalidations of a source that this one replaces, because both may share a cache.
    func inherit(from former: OutdatedVerdicts) {
        let inherited = former.state.withLock { $0 }
        state.withLock { state in
            state.forgotten = max(state.forgotten, inherited.forgotten)
            state.kept = (inherited.kept + state.kept).sorted { $0.stamp < $1.stamp }
        }
    }

    /// Whether the verdict was invalidated after its validation began.
    func contains(_ verdict: CachedVerdict) -> Bool {
        let later = state.withLock { state -> [InvalidationScope]? in
            guard verdict.stamp >= state.forgotten else { return nil }
            guard let last = state.kept.last, verdict.stamp < last.stamp else { return [] }
            return state.kept.filter { verdict.stamp < $0.stamp }.map(\.scope)
        }
        guard let later else { return true }
        return later.contains { scope in
            switch scope {
            case .everything: true
            case .certificate(let certificate): verdict.involves(certificate)
            case .issuer(let name): verdict.involves(issuer: name)
            }
        }
    }
}
