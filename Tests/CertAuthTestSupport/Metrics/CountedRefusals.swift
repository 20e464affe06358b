// SPDX-License-Identifier: Apache-2.0

public import Metrics
import Synchronization

/// Counts the counters with the dimension `code`, by label and code.
public final class CountedRefusals: MetricsFactory {
    /// The factory of the metrics system, which can be bootstrapped only once in a process.
    public static let installed: CountedRefusals = {
        let metrics = CountedRefusals()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()

    private struct Key: Hashable {
        let label: String
        let code: String
    }

    private let counts = Mutex<[Key: Int64]>([:])

    /// Creates a factory for one authenticator.
    public init() {}

    /// The sum of a counter.
    public func count(of code: String, in label: String = "certauth.handshakes_refused") -> Int64 {
        counts.withLock { $0[Key(label: label, code: code)] ?? 0 }
    }

    private final class Tally: CounterHandler {
        private let count: @Sendable (Int64) -> Void
        init(_ count: @escaping @Sendable (Int64) -> Void) { self.count = count }
        func increment(by amount: Int64) { count(amount) }
        func reset() {}
    }

    /// Makes a counter that is counted if it has a code.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let code = dimensions.first(where: { $0.0 == "code" })?.1 else { return NOOPMetricsHandler.instance }
        let key = Key(label: label, code: code)
        return Tally { [self] amount in counts.withLock { $0[key, default: 0] += amount } }
    }

    /// Makes a recorder that records nothing.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }
    /// Makes a timer that records nothing.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        NOOPMetricsHandler.instance
    }
    /// Does nothing.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
