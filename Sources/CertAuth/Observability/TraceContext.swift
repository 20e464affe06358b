// SPDX-License-Identifier: Apache-2.0
// The trace that a request belongs to.

internal import Tracing

/// Header fields of a request, where a tracer looks for the trace that the request belongs to.
package struct TraceFields: Sendable {
    private let value: @Sendable (_ name: String) -> String?

    /// - Parameter value: the value of a field by its name, in any case of letters.
    package init(value: @escaping @Sendable (_ name: String) -> String?) { self.value = value }

    fileprivate struct Reader: Extractor {
        func extract(key: String, from carrier: TraceFields) -> String? { carrier.value(key) }
    }
}

extension Spans {
    /// Runs `body` in the task's own service context or, where it has none, in the one that the tracer finds in `fields`.
    ///
    /// Only the tracer decides what it takes from a request, by its own extraction.
    func inContext<Result>(of fields: TraceFields, _ body: () async -> Result) async -> Result {
        guard let tracer, ServiceContext.current == nil else { return await body() }
        var context = ServiceContext.topLevel
        tracer.extract(fields, into: &context, using: TraceFields.Reader())
        return await ServiceContext.withValue(context, operation: body)
    }
}
