// SPDX-License-Identifier: Apache-2.0
// Keeps evidence fresh while no request waits.

public import CertAuth
public import ServiceLifecycle

/// Fetches successors of what a gatherer holds before it ends, so that in the steady state no request pays for a fetch.
public struct RevocationRefreshService: Service {
    private let gatherer: RevocationGatherer
    private let clock: VerificationClock
    private let interval: Duration

    /// Serves `gatherer`.
    ///
    /// - Parameters:
    ///   - clock: that of the gatherer.
    ///   - interval: how often is looked at what is due, at most.
    public init(gatherer: RevocationGatherer, clock: VerificationClock = .system, interval: Duration = .seconds(10)) {
        self.gatherer = gatherer
        self.clock = clock
        self.interval = interval
    }

    /// Runs until the task is cancelled or the service group shuts down gracefully; fetches under way are called off.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await gatherer.refresh()
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Until the next moment that something is due, within a tenth of a second and the interval.
    private var pause: Duration {
        guard let next = gatherer.nextRefresh else { return interval }
        let left = next.millisecondsSince1970 - clock.now().millisecondsSince1970
        return min(interval, max(.milliseconds(100), .milliseconds(left)))
    }
}
