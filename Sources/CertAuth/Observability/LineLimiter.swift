// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Limits the number of log lines for each key in a time window, so that many refusals do not fill the log.
final class LineLimiter: Sendable {
    /// The maximum number of distinct keys. Further ones share one count.
    private static let mostKeys = 64

    private struct Window {
        var begun: ContinuousClock.Instant
        var lines = 0
        var suppressed = 0
    }

    private let limit: Int
    private let length: Duration
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let windows = Mutex<[String: Window]>([:])

    init(_ observability: Observability) {
        limit = observability.refusalLines
        length = observability.refusalWindow
        instant = observability.instant
    }

    /// Nil if the line about `key` should be suppressed; otherwise the number suppressed since the last one.
    func suppressedBefore(_ key: String) -> Int? {
        let now = instant()
        return windows.withLock { windows in
            let key = windows[key] != nil || windows.count < Self.mostKeys ? key : "other"
            var window = windows[key] ?? Window(begun: now)
            defer { windows[key] = window }
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
}
