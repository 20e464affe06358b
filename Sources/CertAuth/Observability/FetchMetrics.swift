// SPDX-License-Identifier: Apache-2.0
// The metrics of fetching revocation evidence.

internal import Metrics

/// Counts fetches by kind of source and outcome, and measures how long they take.
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

    /// A source was asked; `outcome` is `statement` or the cause's kind.
    func fetched(outcome: String, in time: Duration) {
        fetches.increment(outcome)
        duration.value?.record(duration: time)
    }
}
