// SPDX-License-Identifier: Apache-2.0

internal import Metrics

/// The metrics of decisions. Each metric is created once.
struct DecisionMetrics: Sendable {
    /// By code; `success` for accepted clients.
    let verdicts: CounterFamily
    /// Authenticated clients that authorization refused, by code.
    let denials: CounterFamily
    /// By `hit` and `miss`.
    let cacheLookups: CounterFamily
    /// By `same`, `different` and `skipped`.
    let shadows: CounterFamily
    /// By the kind of the notice.
    let evidenceNotices: CounterFamily
    /// By scheme only.
    let nearExpiry: CounterFamily
    private let validation: Once<Timer>
    private let evidenceAge: Once<Recorder>

    init(_ observability: Observability, schemeName: String) {
        let scheme = [("scheme", schemeName)]
        let factory = observability.metrics
        verdicts = CounterFamily("certauth.verdicts", by: "code", scheme, factory: factory)
        denials = CounterFamily("certauth.denials", by: "code", scheme, factory: factory)
        cacheLookups = CounterFamily("certauth.cache_lookups", by: "result", scheme, factory: factory)
        shadows = CounterFamily("certauth.shadow_verdicts", by: "result", scheme, factory: factory)
        evidenceNotices = CounterFamily("certauth.evidence_notices", by: "kind", scheme, factory: factory)
        nearExpiry = CounterFamily("certauth.accepted_near_expiry", by: "scheme", factory: factory)
        let source = MetricsSource(given: factory)
        validation = Once {
            source.factory.map { Timer(label: "certauth.validation_duration", dimensions: scheme, factory: $0) }
        }
        evidenceAge = Once {
            source.factory.map { Recorder(label: "certauth.evidence_age_seconds", dimensions: scheme, factory: $0) }
        }
    }

    /// Records the time that a verdict took.
    func validated(in duration: Duration) { validation.value?.record(duration: duration) }

    /// Records the age in seconds of the evidence that a status is based on.
    func recordEvidence(ofAge seconds: Int64) { evidenceAge.value?.record(max(0, seconds)) }
}
