// SPDX-License-Identifier: Apache-2.0

public import Metrics
public import Tracing

/// How decisions are reported in addition to the logger.
public struct Observability: Sendable {
    /// The metrics factory; nil uses the metrics system's after its bootstrap.
    public var metrics: (any MetricsFactory)?
    /// The tracer; nil uses the tracer that the instrumentation system has when the authenticator is created. Without a
    /// tracer, spans cost nothing.
    public var tracer: (any Tracer)?
    /// How many refusals with one code are logged at `notice` within a window. Further ones are logged at `debug` and
    /// counted in `certauth.suppressed` of the next line.
    public var refusalLines = Observability.defaultLines
    /// The length of the window.
    public var refusalWindow = Observability.defaultWindow
    /// An accepted certificate that expires within this time is counted and logged. The default is 14 days.
    public var expiryWarning = Duration.seconds(14 * 86_400)
    package static let defaultLines = 20
    package static let defaultWindow = Duration.seconds(10)
    /// The clock of the window.
    package var instant: @Sendable () -> ContinuousClock.Instant = { .now }

    /// Creates the default settings.
    public init(metrics: (any MetricsFactory)? = nil, tracer: (any Tracer)? = nil) {
        self.metrics = metrics
        self.tracer = tracer
    }
}
