// SPDX-License-Identifier: Apache-2.0
// One independently locked part of the validation cache.

internal import Synchronization

/// A part of the cache with its own lock, order and validations under way.
final class CacheStripe: Sendable {
    private struct Entry: Sendable {
        let verdict: CachedVerdict
        let expiration: Timestamp
    }

    private struct State: Sendable {
        var entries: LeastRecentlyUsed<ValidationCacheKey, Entry>
        var underWay: [FlightKey: ValidationFlight] = [:]
        /// Counts removals, so that a validation that began before one does not bring the removed verdict back.
        var removals = 0
    }

    private struct FlightKey: Hashable {
        let key: ValidationCacheKey
        let evidence: [UInt8]
    }

    private let state: Mutex<State>
    private let entryLifetime: Int64
    private let statistics: CacheStatisticsCounter

    init(capacity: Int, entryLifetime: Int64, statistics: CacheStatisticsCounter) {
        state = Mutex(State(entries: LeastRecentlyUsed(capacity: capacity)))
        self.entryLifetime = entryLifetime
        self.statistics = statistics
    }

    var count: Int { state.withLock { $0.entries.count } }

    func cachedVerdict(for key: ValidationCacheKey, evidence: [UInt8], at now: Timestamp) -> CachedVerdict? {
        let found = state.withLock { Self.lookUp(key, evidence: evidence, at: now, in: &$0) }
        statistics.count(isHit: found != nil)
        return found
    }

    func store(_ verdict: CachedVerdict, for key: ValidationCacheKey, at now: Timestamp) {
        state.withLock { insert(verdict, for: key, at: now, into: &$0) }
    }

    func verdict(
        for key: ValidationCacheKey,
        evidence: [UInt8],
        at now: Timestamp,
        validate: @escaping @Sendable () async -> CachedVerdict
    ) async -> CachedVerdict {
        let place = FlightKey(key: key, evidence: evidence)
        let (found, flight, removals) = state.withLock { state -> (CachedVerdict?, ValidationFlight?, Int?) in
            if let found = Self.lookUp(key, evidence: evidence, at: now, in: &state) { return (found, nil, nil) }
            if let running = state.underWay[place] { return (nil, running, nil) }
            let flight = ValidationFlight()
            state.underWay[place] = flight
            return (nil, flight, state.removals)
        }
        statistics.count(isHit: found != nil)
        if let found { return found }
        guard let flight else { return await validate() }
        if let removals {
            Task.begun {
                let verdict = await validate()
                self.land(verdict, place, begunAt: removals, now: now)
                flight.land(verdict)
            }
        }
        return await flight.verdict
    }

    func removeAll(where matches: @Sendable (ValidationCacheKey, CachedVerdict) -> Bool) -> Int {
        state.withLock { state in
            state.removals += 1
            state.underWay = [:]
            return state.entries.removeAll { matches($0, $1.verdict) }
        }
    }

    private func land(_ verdict: CachedVerdict, _ place: FlightKey, begunAt removals: Int, now: Timestamp) {
        state.withLock { state in
            guard state.removals == removals else { return }
            state.underWay[place] = nil
            insert(verdict, for: place.key, at: now, into: &state)
        }
    }

    private func insert(
        _ verdict: CachedVerdict,
        for key: ValidationCacheKey,
        at now: Timestamp,
        into state: inout State
    ) {
        guard verdict.isCacheable, verdict.verdict.holds(at: now) else { return }
        let byAge = now.adding(seconds: entryLifetime)
        let expiration = verdict.verdict.validUntil.map { min($0, byAge) } ?? byAge
        let dropped = state.entries.insert(Entry(verdict: verdict, expiration: expiration), for: key)
        if dropped != nil { statistics.countEviction() }
    }

    private static func lookUp(
        _ key: ValidationCacheKey,
        evidence: [UInt8],
        at now: Timestamp,
        in state: inout State
    ) -> CachedVerdict? {
        guard let entry = state.entries.value(for: key) else { return nil }
        guard now <= entry.expiration, entry.verdict.evidenceGeneration == evidence else {
            state.entries.remove(key)
            return nil
        }
        return entry.verdict
    }
}
