// SPDX-License-Identifier: Apache-2.0

internal import Tracing

/// The header fields of a request, from which a tracer extracts the trace context.
package struct TraceFields: Sendable {
    private let value: @Sendable (_ name: String) -> String?

    /// - Parameter value: returns the value of the field with a name, ignoring case.
    package init(value: @escaping @Sendable (_ name: String) -> String?) { self.value = value }

    fileprivate struct Reader: Extractor {
        func extract(key: String, from carrier: TraceFields) -> String? { carrier.value(key) }
    }
}

extension Spans {
    /// Runs `body` in the task's service context or, if it has none, in the context that the tracer extracts from
    /// `fields`.
    ///
    /// The tracer alone decides what it extracts from a request.
    func inContext<Result>(of fields: TraceFields, _ body: () async -> Result) async -> Result {
        guard let tracer, ServiceContext.current == nil else { return await body() }
        var context = ServiceContext.topLevel
        tracer.extract(fields, into: &context, using: TraceFields.Reader())
        return await ServiceContext.withValue(context, operation: body)
    }
}
