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
    private let factory: (any MetricsFactory)?
    private let counters = Mutex<[String: Counter]>([:])

    /// - Parameters:
    ///   - others: dimensions that are the same for all.
    ///   - factory: nil takes the metrics system's when a counter is first used.
    package init(
        _ label: String,
        by dimension: String,
        _ others: [(String, String)] = [],
        factory: (any MetricsFactory)? = nil
    ) {
        self.label = label
        self.dimension = dimension
        self.others = others
        self.factory = factory
    }

    /// Counts one.
    package func increment(_ value: String) { counter(value).increment() }

    private func counter(_ value: String) -> Counter {
        counters.withLock { counters in
            if let known = counters[value] { return known }
            let name = counters.count < Self.mostValues ? value : "other"
            if let known = counters[name] { return known }
            let dimensions = [(dimension, name)] + others
            let counter =
                factory.map { Counter(label: label, dimensions: dimensions, factory: $0) }
                ?? Counter(label: label, dimensions: dimensions)
            counters[name] = counter
            return counter
        }
    }
}
