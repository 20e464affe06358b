// SPDX-License-Identifier: Apache-2.0

internal import Tracing

/// Creates tracing spans if there is a tracer, otherwise does nothing.
struct Spans: Sendable {
    let tracer: (any Tracer)?

    init(_ observability: Observability) {
        let found = observability.tracer ?? InstrumentationSystem.tracer
        tracer = found is NoOpTracer ? nil : found
    }

    /// Whether there is a tracer.
    var areWanted: Bool { tracer != nil }

    /// Runs `body` inside a span, or without one if there is no tracer.
    func span<Result>(_ name: String, _ body: ((any Span)?) async -> Result) async -> Result {
        guard let tracer else { return await body(nil) }
        return await Self.open(tracer, name, body)
    }

    /// Runs `body` inside a span, or without one if there is no tracer.
    func span<Result>(_ name: String, _ body: ((any Span)?) -> Result) -> Result {
        guard let tracer else { return body(nil) }
        return Self.open(tracer, name, body)
    }

    private static func open<Found: Tracer, Result>(
        _ tracer: Found,
        _ name: String,
        _ body: ((any Span)?) async -> Result
    ) async -> Result {
        await tracer.withSpan(name) { span in await body(span) }
    }

    private static func open<Found: Tracer, Result>(
        _ tracer: Found,
        _ name: String,
        _ body: ((any Span)?) -> Result
    ) -> Result {
        tracer.withSpan(name) { span in body(span) }
    }
}
