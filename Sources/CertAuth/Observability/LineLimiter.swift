// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Limits the number of log lines for each key in a time window, so that many refusals do not fill the log.
///
/// Each reserved key always has its own window. So no number of other keys, and no flood under one of them, hides the
/// lines of a reserved key.
package final class LineLimiter: Sendable {
    /// The maximum number of distinct keys that are not reserved. Further ones share one window.
    private static let mostKeys = 64
    private static let sharedKey = "other"

    private struct Window {
        var begun: ContinuousClock.Instant
        var lines = 0
        var suppressed = 0
    }

    private struct State {
        var windows: [String: Window] = [:]
        /// The number of windows whose keys are not reserved.
        var unreserved = 0

        mutating func keyInUse(for key: String, isReserved: Bool) -> String {
            guard !isReserved, windows[key] == nil else { return key }
            guard unreserved < LineLimiter.mostKeys else { return LineLimiter.sharedKey }
            unreserved += 1
            return key
        }
    }

    private let limit: Int
    private let length: Duration
    private let reserved: Set<String>
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lines: the number of lines for each key in a window.
    ///   - window: the length of a window.
    ///   - reserved: keys that never share a window.
    package init(
        lines: Int = Observability.defaultLines,
        window: Duration = Observability.defaultWindow,
        reserved: Set<String> = [],
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        limit = lines
        length = window
        self.reserved = reserved
        self.instant = instant
    }

    /// A limiter with the limits of `observability`.
    package convenience init(_ observability: Observability, reserved: Set<String> = []) {
        self.init(
            lines: observability.refusalLines,
            window: observability.refusalWindow,
            reserved: reserved,
            instant: observability.instant
        )
    }

    /// Nil if the line about `key` should be suppressed; otherwise the number suppressed since the last one.
    package func suppressedBefore(_ key: String) -> Int? {
        let now = instant()
        return state.withLock { state in
            let key = state.keyInUse(for: key, isReserved: reserved.contains(key))
            var window = state.windows[key] ?? Window(begun: now)
            defer { state.windows[key] = window }
            if now - window.begun >= length {
                window.begun = now
                window.lines = 0
            }
            guard window.lines < limit else {
                window.suppressed += 1
                return nil
            }
            window.lines += 1
            defer { window.suppressed = 0 }
            return window.suppressed
        }
    }

    /// The number of windows, for tests.
    package var windowCount: Int { state.withLock { $0.windows.count } }
}
