// SPDX-License-Identifier: Apache-2.0

internal import Tracing

/// Observes the validations of one authenticator: a span with their steps, their duration, and the age of the evidence.
struct ValidationWatch: Sendable {
    let spans: Spans
    let metrics: DecisionMetrics

    /// Records a cache lookup.
    func lookedUp(isHit: Bool) { metrics.cacheLookups.increment(isHit ? "hit" : "miss") }

    /// Observes a validation that does not wait.
    ///
    /// - Parameter now: the moment that the verdict is made for.
    func watch(at now: Timestamp, _ body: (ValidationPhase.Observer?) -> Decision) -> Decision {
        let start = ContinuousClock.now
        let decision = spans.span("certauth.validate") { span in
            let decision = body(span.map(Self.observer))
            span?.attributes["certauth.code"] = decision.verdict.code
            return decision
        }
        measure(decision.verdict, since: start, at: now)
        return decision
    }

    /// Observes a validation that fetches. Its span is the parent of the fetches' spans.
    func watch(_ body: (ValidationPhase.Observer?) async -> VerdictRecord) async -> VerdictRecord {
        let start = ContinuousClock.now
        let record = await spans.span("certauth.validate") { span in
            let record = await body(span.map(Self.observer))
            span?.attributes["certauth.code"] = record.verdict.code
            return record
        }
        measure(record.verdict, since: start, at: record.madeAt)
        return record
    }

    private func measure(_ verdict: ValidationVerdict, since start: ContinuousClock.Instant, at now: Timestamp) {
        metrics.validated(in: .now - start)
        guard case .accepted(let chain) = verdict else { return }
        for case .good(let evidence) in chain.revocation {
            metrics.recordEvidence(ofAge: now.secondsSince1970 - evidence.age.secondsSince1970)
        }
    }

    private static func observer(_ span: any Span) -> ValidationPhase.Observer {
        { phase in
            if let event = phase.event { span.addEvent(event) }
        }
    }
}

extension ValidationPhase {
    fileprivate var event: SpanEvent? {
        switch self {
        case .parsed(let count):
            SpanEvent(name: "certauth.parsed", attributes: ["certauth.certificates": .int64(Int64(count))])
        case .path(let count, let code):
            SpanEvent(
                name: "certauth.path",
                attributes: [
                    "certauth.certificates": .int64(Int64(count)),
                    "certauth.code": .string(code?.rawValue ?? "success"),
                ]
            )
        case .revocation(let code):
            SpanEvent(
                name: "certauth.revocation",
                attributes: ["certauth.code": .string(code?.rawValue ?? "success")]
            )
        case .tried: nil
        }
    }
}

extension Span {
    /// Adds the result of an authentication to the span.
    func describe(_ result: AuthenticationResult, schemeName: String, facts: ConnectionFacts) {
        attributes["certauth.scheme"] = schemeName
        attributes["certauth.code"] = result.refusalCode?.rawValue ?? "success"
        attributes["certauth.resumed"] = facts.isResumed
        if let identifier = result.failure?.identifier { attributes["certauth.id"] = identifier }
    }
}
