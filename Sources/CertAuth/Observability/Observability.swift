// SPDX-License-Identifier: Apache-2.0
// What operators see, and how much of it.

public import Metrics
public import Tracing

/// How decisions are made visible beside the logger.
public struct Observability: Sendable {
    /// Where metrics go; nil takes the metrics system's factory from its bootstrap on.
    public var metrics: (any MetricsFactory)?
    /// Where spans go; nil takes the tracer that the instrumentation system has when the authenticator is made. Without
    /// any tracer spans cost nothing.
    public var tracer: (any Tracer)?
    /// How many refusals of one code are logged at `notice` within a window; further ones are logged at `debug` and
    /// counted in `certauth.suppressed` of the next line.
    public var refusalLines = 20
    /// The window.
    public var refusalWindow = Duration.seconds(10)
    /// An accepted certificate that ends within so many seconds is counted and logged; 14 days.
    public var expiryWarning: Int64 = 14 * 86_400
    /// The window's clock.
    package var instant: @Sendable () -> ContinuousClock.Instant = { .now }

    /// The defaults.
    public init(metrics: (any MetricsFactory)? = nil, tracer: (any Tracer)? = nil) {
        self.metrics = metrics
        self.tracer = tracer
    }
}
