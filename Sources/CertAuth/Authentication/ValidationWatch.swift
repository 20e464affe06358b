// SPDX-License-Identifier: Apache-2.0
// Watches validations: a span with their steps, how long they took, how old the evidence was.

internal import Synchronization
internal import Tracing

/// Watches the validations of one authenticator.
struct ValidationWatch: Sendable {
    let spans: Spans
    let metrics: DecisionMetrics
    let clock: VerificationClock

    /// The cache was asked.
    func lookedUp(isHit: Bool) { metrics.cacheLookups.increment(isHit ? "hit" : "miss") }

    /// Watches a validation that does not wait.
    ///
    /// - Parameter now: the moment it is made for.
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

    /// Watches a validation that fetches; its span is the parent of those of the fetches.
    func watch(
        _ body: (ValidationPhase.Observer?) async -> (
            ValidationVerdict, generation: EvidenceGeneration, moment: Timestamp
        )
    ) async -> (ValidationVerdict, generation: EvidenceGeneration, moment: Timestamp) {
        let start = ContinuousClock.now
        let result = await spans.span("certauth.validate") { span in
            let result = await body(span.map(Self.observer))
            span?.attributes["certauth.code"] = result.0.code
            return result
        }
        measure(result.0, since: start, at: clock.now())
        return result
    }

    private func measure(_ verdict: ValidationVerdict, since start: ContinuousClock.Instant, at now: Timestamp) {
        metrics.validated(in: .now - start)
        guard case .accepted(let chain) = verdict else { return }
        for case .good(let evidence) in chain.revocation {
            metrics.rested(onEvidenceOfAge: now.secondsSince1970 - evidence.age.secondsSince1970)
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
                    "certauth.certificates": .int64(Int64(count)), "certauth.code": .string(code?.rawValue ?? "holds"),
                ]
            )
        case .revocation(let code):
            SpanEvent(
                name: "certauth.revocation",
                attributes: ["certauth.code": .string(code?.rawValue ?? "holds")]
            )
        case .tried: nil
        }
    }
}

extension Span {
    /// Says what an authentication came to.
    func describe(_ result: AuthenticationResult, schemeName: String, facts: ConnectionFacts) {
        attributes["certauth.scheme"] = schemeName
        attributes["certauth.code"] = result.refusalCode?.rawValue ?? "success"
        attributes["certauth.resumed"] = facts.isResumed
        if let identifier = result.failure?.identifier { attributes["certauth.id"] = "\(identifier)" }
    }
}

/// Whether something has happened.
final class FirstUse: Sendable {
    private let flag = Atomic(false)

    func mark() { flag.store(true, ordering: .relaxed) }

    var isMarked: Bool { flag.load(ordering: .relaxed) }
}
