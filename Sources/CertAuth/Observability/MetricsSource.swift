// SPDX-License-Identifier: Apache-2.0

internal import Metrics
internal import Synchronization

/// A given metrics factory, or the metrics system's after its bootstrap.
struct MetricsSource: Sendable {
    let given: (any MetricsFactory)?

    /// Nil while there is no metrics backend.
    var factory: (any MetricsFactory)? {
        if let given { return given }
        let installed = MetricsSystem.factory
        return installed is NOOPMetricsHandler ? nil : installed
    }
}

/// Creates a value once and keeps it. If creation returns nil, it is tried again at the next access.
final class Once<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value?
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () -> Value?) { self.make = make }

    var value: Value? {
        made.withLock { made in
            if made == nil { made = make() }
            return made
        }
    }
}
