// SPDX-License-Identifier: Apache-2.0

internal import Metrics

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
