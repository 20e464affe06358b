// SPDX-License-Identifier: Apache-2.0

/// Tells the service manager regularly that the server works.
package struct Watchdog: Sendable {
    private let interval: Duration
    private let notifier: ServiceNotifier
    private let probe: @Sendable () async throws -> Void

    /// Creates a watchdog with half the time that the service manager permits. Nil if it expects no signs of life.
    ///
    /// - Parameter probe: returns if the server works. While it waits, nothing is sent.
    package init?(_ notifier: ServiceNotifier, probe: @escaping @Sendable () async throws -> Void) {
        guard let time = notifier.watchdogMicroseconds else { return nil }
        interval = .microseconds(max(1, time / 2))
        self.notifier = notifier
        self.probe = probe
    }

    /// Runs until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            guard (try? await probe()) != nil, !Task.isCancelled else { return }
            notifier.alive()
            guard (try? await Task.sleep(for: interval)) != nil else { return }
        }
    }
}
