// SPDX-License-Identifier: Apache-2.0

package import Metrics
internal import Synchronization

/// Counters with one label, one for each value of a dimension. Each is created once.
package final class CounterFamily: Sendable {
    /// The maximum number of distinct values. Further ones count as `other`, so that clients cannot fill a metrics
    /// store.
    private static let mostValues = 64

    private let label: String
    private let dimension: String
    private let others: [(String, String)]
    private let source: MetricsSource
    private let counters = Mutex<[String: Counter]>([:])

    /// - Parameters:
    ///   - others: dimensions that are the same for all counters.
    ///   - factory: the metrics factory; nil uses the metrics system's.
    package init(
        _ label: String,
        by dimension: String,
        _ others: [(String, String)] = [],
        factory: (any MetricsFactory)? = nil
    ) {
        self.label = label
        self.dimension = dimension
        self.others = others
        source = MetricsSource(given: factory)
    }

    /// Increments the counter of `value`.
    package func increment(_ value: String) { counter(value)?.increment() }

    /// The counter of `value`. Nil, and not stored, while there is no metrics backend.
    private func counter(_ value: String) -> Counter? {
        counters.withLock { counters in
            if let known = counters[value] { return known }
            let name = counters.count < Self.mostValues ? value : "other"
            if let known = counters[name] { return known }
            guard let factory = source.factory else { return nil }
            let dimensions = [(dimension, name)] + others
            let counter = Counter(label: label, dimensions: dimensions, factory: factory)
            counters[name] = counter
            return counter
        }
    }
}
