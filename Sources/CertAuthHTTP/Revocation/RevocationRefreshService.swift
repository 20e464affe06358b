// SPDX-License-Identifier: Apache-2.0

public import CertAuth
public import ServiceLifecycle

/// Renews the evidence that a gatherer holds before it expires, so that normally no request waits for a fetch.
public struct RevocationRefreshService: Service {
    private let gatherer: RevocationGatherer
    private let clock: VerificationClock
    private let interval: Duration

    /// Creates a service for `gatherer`.
    ///
    /// - Parameters:
    ///   - clock: the clock that the gatherer uses.
    ///   - interval: the longest pause between two checks for due evidence.
    public init(gatherer: RevocationGatherer, clock: VerificationClock = .system, interval: Duration = .seconds(10)) {
        self.gatherer = gatherer
        self.clock = clock
        self.interval = interval
    }

    /// Runs until the task is cancelled or the service group shuts down gracefully; both cancel the fetches in
    /// progress.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await gatherer.refresh()
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// The time until the next evidence is due, at least a tenth of a second and at most the interval.
    private var pause: Duration {
        guard let next = gatherer.nextRefresh else { return interval }
        let left = next.millisecondsSince1970 - clock.now().millisecondsSince1970
        return min(interval, max(.milliseconds(100), .milliseconds(left)))
    }
}
