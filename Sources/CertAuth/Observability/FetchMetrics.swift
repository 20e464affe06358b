// SPDX-License-Identifier: Apache-2.0

internal import Metrics

/// The metrics of fetching revocation evidence: the number of fetches by outcome, and their duration.
struct FetchMetrics: Sendable {
    private let fetches: CounterFamily
    private let duration: Once<Timer>

    init(_ observability: Observability) {
        let factory = observability.metrics
        fetches = CounterFamily("certauth.revocation_fetches", by: "outcome", factory: factory)
        let source = MetricsSource(given: factory)
        duration = Once {
            source.factory.map { Timer(label: "certauth.revocation_fetch_duration", dimensions: [], factory: $0) }
        }
    }

    /// Records a fetch. `outcome` is `statement` or the kind of the cause.
    func fetched(outcome: String, in time: Duration) {
        fetches.increment(outcome)
        duration.value?.record(duration: time)
    }
}
