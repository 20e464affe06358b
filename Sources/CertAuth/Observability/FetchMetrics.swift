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
        duration = Once {
            let label = "certauth.revocation_fetch_duration"
            return factory.map { Timer(label: label, dimensions: [], factory: $0) } ?? Timer(label: label)
        }
    }

    /// A source was asked; `outcome` is `statement` or the cause's kind.
    func fetched(outcome: String, in time: Duration) {
        fetches.increment(outcome)
        duration.value.record(duration: time)
    }
}
