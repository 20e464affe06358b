// SPDX-License-Identifier: Apache-2.0
// Counters that differ in one dimension, each made once.

package import Metrics
internal import Synchronization

/// Counters of one label, by the value of one dimension.
package final class CounterFamily: Sendable {
    /// The most values told apart; all further ones count as `other`, so that nobody can fill a metrics store.
    private static let mostValues = 64

    private let label: String
    private let dimension: String
    private let others: [(String, String)]
    private let source: MetricsSource
    private let counters = Mutex<[String: Counter]>([:])

    /// - Parameters:
    ///   - others: dimensions that are the same for all.
    ///   - factory: nil takes the metrics system's.
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

    /// Counts one.
    package func increment(_ value: String) { counter(value)?.increment() }

    /// Nil, and not kept, as long as nobody takes metrics.
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
