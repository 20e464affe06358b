// SPDX-License-Identifier: Apache-2.0
// Where metrics are made, once there is somebody who takes them.

internal import Metrics

/// A factory given by hand, or the metrics system's from its bootstrap on.
struct MetricsSource: Sendable {
    let given: (any MetricsFactory)?

    /// Nil as long as nobody takes metrics.
    var factory: (any MetricsFactory)? {
        if let given { return given }
        let installed = MetricsSystem.factory
        return installed is NOOPMetricsHandler ? nil : installed
    }
}
