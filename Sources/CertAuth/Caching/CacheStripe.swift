// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A part of the validation cache with its own lock, order and running validations.
final class CacheStripe: Sendable {
    /// The limits of a stripe.
    struct Bounds: Sendable {
        var capacity: Int
        var byteCapacity: Int
        /// The maximum age of an entry in seconds.
        var entryLifetime: Int64

        /// Refusals may take an eighth of the capacity of acceptances, in addition to it.
        var refusals: (capacity: Int, byteCapacity: Int) { (max(1, capacity / 8), max(16 * 1024, byteCapacity / 8)) }
    }

    private typealias Flight = SharedResult<CachedVerdict>

    private struct State: Sendable {
        var acceptances: VerdictShare
        var refusals: VerdictShare
        var underWay: [FlightKey: Flight] = [:]
        /// Counts removals, so that a validation that began before one does not bring the removed verdict back.
        var removals = 0
    }

    private struct FlightKey: Hashable {
        let key: ValidationCacheKey
        let evidence: EvidenceGeneration
    }

    private let state: Mutex<State>
    private let entryLifetime: Int64
    private let statistics: CacheStatisticsCounter
    private let steadyNow: @Sendable () -> ContinuousClock.Instant

    init(
        _ bounds: Bounds,
        statistics: CacheStatisticsCounter,
        steadyNow: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        let refusals = bounds.refusals
        state = Mutex(
            State(
                acceptances: VerdictShare(capacity: bounds.capacity, byteCapacity: bounds.byteCapacity),
                refusals: VerdictShare(capacity: refusals.capacity, byteCapacity: refusals.byteCapacity)
            )
        )
        entryLifetime = bounds.entryLifetime
        self.statistics = statistics
        self.steadyNow = steadyNow
    }

    var count: Int { state.withLock { $0.acceptances.count + $0.refusals.count } }

    var estimatedBytes: Int { state.withLock { $0.acceptances.bytes + $0.refusals.bytes } }

    func cachedVerdict(for key: ValidationCacheKey, evidence: EvidenceGeneration, at now: Timestamp) -> CachedVerdict? {
        let steady = steadyNow()
        let found = state.withLock { Self.lookUp(key, evidence: evidence, at: now, steady, in: &$0) }
        statistics.count(isHit: found != nil)
        return found
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        guard verdict.validUntil.map({ now <= $0 }) ?? true, verdict.isCacheable else { return }
        let steady = steadyNow()
        let tokens = VerdictTokens(verdict)
        state.withLock { insert(verdict, tokens, for: key, steady, into: &$0) }
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        let place = FlightKey(key: key, evidence: evidence)
        let steady = steadyNow()
        let (found, flight, removals) = state.withLock { state -> (CachedVerdict?, Flight?, Int?) in
            if let found = Self.lookUp(key, evidence: evidence, at: now, steady, in: &state) {
                return (found, nil, nil)
            }
            if let running = state.underWay[place] { return (nil, running, nil) }
            let flight = Flight()
            state.underWay[place] = flight
            return (nil, flight, state.removals)
        }
        statistics.count(isHit: found != nil)
        if let found { return found }
        guard let flight else { return await validate() }
        if let removals {
            Task.begun {
                let verdict = await validate()
                self.finish(verdict, place, begunAt: removals)
                flight.deliver(verdict)
            }
        }
        return await flight.value
    }

    /// The number of verdicts that a removal compares before it releases the lock: about 2 ms.
    static let removalSlice = 64

    /// Removes the verdicts with one of the tokens that `matches`. Returns their number.
    ///
    /// The lock is released between slices, so that look-ups do not wait for the removal of many verdicts. Until the
    /// end, look-ups may still find one of these verdicts.
    ///
    /// - Parameter tokens: nil for all verdicts.
    func remove(withAnyOf tokens: [UInt64]?, where matches: @Sendable (CachedVerdict) -> Bool) -> Int {
        let keys = state.withLock { state in
            state.removals += 1
            state.underWay = [:]
            return state.acceptances.keys(withAnyOf: tokens).union(state.refusals.keys(withAnyOf: tokens))
        }
        var rest = Array(keys)[...]
        var count = 0
        while !rest.isEmpty {
            let slice = rest.prefix(Self.removalSlice)
            rest = rest.dropFirst(Self.removalSlice)
            // The removed verdicts are returned, so that they are freed without the lock.
            let removed = state.withLock { state in
                state.acceptances.remove(slice, where: matches) + state.refusals.remove(slice, where: matches)
            }
            count += removed.count
        }
        return count
    }

    /// Removes all verdicts.
    func removeAll() {
        let former = state.withLock { state in
            defer {
                state.removals += 1
                state.underWay = [:]
                state.acceptances = state.acceptances.emptied
                state.refusals = state.refusals.emptied
            }
            return (state.acceptances, state.refusals)
        }
        withExtendedLifetime(former) {}
    }

    private func finish(_ verdict: CachedVerdict, _ place: FlightKey, begunAt removals: Int) {
        let steady = steadyNow()
        let tokens = verdict.isCacheable ? VerdictTokens(verdict) : nil
        state.withLock { state in
            guard state.removals == removals else { return }
            state.underWay[place] = nil
            if let tokens { insert(verdict, tokens, for: place.key, steady, into: &state) }
        }
    }

    private func insert(
        _ verdict: CachedVerdict,
        _ tokens: VerdictTokens,
        for key: ValidationCacheKey,
        _ steady: ContinuousClock.Instant,
        into state: inout State
    ) {
        guard verdict.key == key else { return }
        // Counts from the moment the verdict was made for. The caller's `now` may be older, by the time that fetching
        // took.
        let byAge = verdict.madeAt.adding(seconds: entryLifetime)
        let entry = VerdictShare.Entry(
            verdict: verdict,
            expiration: verdict.validUntil.map { min($0, byAge) } ?? byAge,
            end: steady + .seconds(entryLifetime),
            bytes: verdict.estimatedBytes
        )
        let dropped: Int
        if verdict.isRefusal {
            state.acceptances.remove(key)
            dropped = state.refusals.insert(entry, tokens, for: key)
        } else {
            state.refusals.remove(key)
            dropped = state.acceptances.insert(entry, tokens, for: key)
        }
        statistics.count(evictions: dropped)
    }

    private static func lookUp(
        _ key: ValidationCacheKey,
        evidence: EvidenceGeneration,
        at now: Timestamp,
        _ steady: ContinuousClock.Instant,
        in state: inout State
    ) -> CachedVerdict? {
        guard let entry = state.acceptances.entry(for: key) ?? state.refusals.entry(for: key) else { return nil }
        guard now <= entry.expiration, steady <= entry.end, entry.verdict.holds(at: now),
            entry.verdict.evidenceGeneration == evidence
        else {
            state.acceptances.remove(key)
            state.refusals.remove(key)
            return nil
        }
        return entry.verdict
    }
}
