// SPDX-License-Identifier: Apache-2.0

public import Logging
internal import Synchronization

/// Fetches revocation evidence for one or more authenticators, and stores it.
///
/// Share one between the authenticators of a process: what one has fetched serves all, and every URI has at most one
/// running fetch.
public final class RevocationGatherer: Sendable {
    /// The store of the evidence.
    package let store: RevocationEvidenceStore
    /// The configured sources, and how sources are queried.
    package let sources: RevocationSourceOptions

    let fetcher: any RevocationFetcher
    let artifacts: (any RevocationArtifactStore)?
    let clock: VerificationClock
    let logger: Logger
    let spans: Spans
    let metrics: FetchMetrics
    /// Limits the lines about each address.
    let lines: LineLimiter
    private typealias Flight = SharedResult<FetchOutcome>
    private let flights = Mutex<[EvidenceKey: Flight]>([:])

    /// Creates a gatherer.
    ///
    /// - Parameters:
    ///   - fetcher: fetches bytes, within the limits of its policy.
    ///   - store: stores verified statements in memory.
    ///   - artifacts: stores them beyond the lifetime of the process.
    ///   - sources: the sources in addition to those that certificates name.
    ///   - clock: for failures and refreshing. Certificates are validated by the clock of the options.
    ///   - logger: receives every source that failed.
    ///   - observability: where metrics and spans of fetches are sent.
    public init(
        fetcher: any RevocationFetcher,
        store: RevocationEvidenceStore = RevocationEvidenceStore(),
        artifacts: (any RevocationArtifactStore)? = nil,
        sources: RevocationSourceOptions = RevocationSourceOptions(),
        clock: VerificationClock = .system,
        logger: Logger = Logger(label: "certauth.revocation"),
        observability: Observability = Observability()
    ) {
        self.fetcher = fetcher
        self.store = store
        self.artifacts = artifacts
        self.sources = sources
        self.clock = clock
        self.logger = logger
        spans = Spans(observability)
        metrics = FetchMetrics(observability)
        lines = LineLimiter(observability)
    }

    /// The limits of the fetcher.
    package var policy: RevocationFetchPolicy { fetcher.policy }

    /// The sources for `need`, in the order in which they are used.
    func sources(for need: EvidenceNeed) -> [EvidenceSource] {
        EvidenceSource.sources(
            of: need.certificate,
            configured: sources,
            order: need.options.revocation.sourceOrder,
            limit: policy.sourcesPerCertificate
        )
    }

    /// Queries one source on behalf of `need`, and stores a usable statement.
    ///
    /// - Returns: the result for the current decision, at the latest at `deadline`.
    func ask(
        _ source: EvidenceSource,
        for need: EvidenceNeed,
        before deadline: ContinuousClock.Instant
    ) async -> FetchOutcome {
        let key = EvidenceKey(source, about: need.certificate)
        guard let outcome = await outcome(for: key, need: need, before: deadline) else {
            let cause = RevocationFetchError.timedOut(url: source.address).cause(address: source.address)
            return .failure(RevocationSourceFailure(source: source.address, cause: cause))
        }
        guard case .statement(let statement) = outcome else { return outcome }
        let arrival = store.statement(for: key).map { Arrival($0) } ?? Arrival(fetchedAt: clock.now())
        switch store.admit(statement, for: need, key: key, arrival: arrival, at: need.options.clock.now()) {
        case .held, .unsettled: return outcome
        case .refused(let cause): return .failure(RevocationSourceFailure(source: source.address, cause: cause))
        }
    }

    private func outcome(
        for key: EvidenceKey,
        need: EvidenceNeed,
        before deadline: ContinuousClock.Instant
    ) async -> FetchOutcome? {
        switch entry(for: key) {
        case .recent(let outcome): return outcome
        case .joined(let flight, let isNew):
            if isNew { begin(flight, key: key, need: need) }
            return await flight.value(before: deadline)
        }
    }

    private enum FetchEntry {
        case recent(FetchOutcome)
        case joined(Flight, isNew: Bool)
    }

    private func entry(for key: EvidenceKey) -> FetchEntry {
        let now = clock.now()
        return flights.withLock { flights in
            if let running = flights[key], running.join() { return .joined(running, isNew: false) }
            // This is inside the lock, because a flight stores its result before it is removed.
            if let recent = recentOutcome(for: key, at: now) { return .recent(recent) }
            let flight = Flight()
            _ = flight.join()
            flights[key] = flight
            return .joined(flight, isNew: true)
        }
    }

    private func begin(_ flight: Flight, key: EvidenceKey, need: EvidenceNeed) {
        // A separate task, so that the cancellation of the first caller does not affect the others.
        let task = Task {
            let outcome = await obtain(key, for: need, deadline: .now + policy.deadline)
            let now = clock.now()
            // A cancellation by the callers says nothing about the source.
            if !flight.isAbandoned {
                let end = outcome.end(ofMemoryOf: sources.failureMemory.wholeSeconds, from: now)
                store.remember(outcome, for: key, until: end, at: now)
            }
            flights.withLock { if $0[key] === flight { $0[key] = nil } }
            flight.deliver(outcome)
        }
        flight.begin(task)
    }
}

extension Arrival {
    init(_ held: HeldStatement) {
        self.init(fetchedAt: held.fetchedAt, entityTag: held.entityTag, freshness: held.freshness)
    }
}
