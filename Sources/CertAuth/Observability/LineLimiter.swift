// SPDX-License-Identifier: Apache-2.0
// Keeps a flood of refusals from filling the log.

internal import Synchronization

/// Counts lines by a key, and says which of them are too many.
final class LineLimiter: Sendable {
    /// The most keys told apart; all further ones share one count.
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

    /// Whether a line about `key` is one too many; nil when it is, else how many were too many since the last.
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
