// SPDX-License-Identifier: Apache-2.0
// The metrics of decisions.

internal import Metrics

/// What is counted and measured, each metric made once.
struct DecisionMetrics: Sendable {
    /// By code, `success` for those who came in.
    let verdicts: CounterFamily
    /// By `hit` and `miss`.
    let cacheLookups: CounterFamily
    /// By `same`, `different` and `skipped`.
    let shadows: CounterFamily
    /// By the scheme alone.
    let nearExpiry: CounterFamily
    private let measures: LazyMeasures

    init(_ observability: Observability, schemeName: String) {
        let scheme = [("scheme", schemeName)]
        let factory = observability.metrics
        verdicts = CounterFamily("certauth.verdicts", by: "code", scheme, factory: factory)
        cacheLookups = CounterFamily("certauth.cache_lookups", by: "result", scheme, factory: factory)
        shadows = CounterFamily("certauth.shadow_verdicts", by: "result", scheme, factory: factory)
        nearExpiry = CounterFamily("certauth.accepted_near_expiry", by: "scheme", factory: factory)
        measures = LazyMeasures(scheme, factory)
    }

    /// A verdict was reached in this time.
    func validated(in duration: Duration) { measures.validation.record(duration: duration) }

    /// A status rests on evidence of this age in seconds.
    func rested(onEvidenceOfAge seconds: Int64) { measures.evidenceAge.record(max(0, seconds)) }
}

/// Made at the first use, when the application has bootstrapped its metrics.
private final class LazyMeasures: Sendable {
    private let made: Once<(Timer, Recorder)>

    init(_ dimensions: [(String, String)], _ factory: (any MetricsFactory)?) {
        made = Once {
            let time = "certauth.validation_duration"
            let age = "certauth.evidence_age_seconds"
            guard let factory else {
                return (Timer(label: time, dimensions: dimensions), Recorder(label: age, dimensions: dimensions))
            }
            return (
                Timer(label: time, dimensions: dimensions, factory: factory),
                Recorder(label: age, dimensions: dimensions, factory: factory)
            )
        }
    }

    var validation: Timer { made.value.0 }
    var evidenceAge: Recorder { made.value.1 }
}
