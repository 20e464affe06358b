// SPDX-License-Identifier: Apache-2.0

public import CertAuth
import CertAuthOpenSSL
import Synchronization

/// An in-memory cache of TLS 1.2 sessions of admitted clients, resumed by session ID within this process.
///
/// A session is stored once its client is admitted, after its hooks. Before OpenSSL resumes it, it is validated again
/// under the current policy of its server name. Clients that use tickets get no session ID.
public final class SessionCache: Sendable {
    /// The maximum number of sessions. The least recently used one is evicted.
    package let capacity: Int
    /// From the full handshake to the last moment at which its session can be resumed.
    package let lifetimeSeconds: Int64

    private let clock: VerificationClock
    /// Each encoded session, with its end on a monotonic clock.
    private let sessions: Mutex<LeastRecentlyUsed<[UInt8], (encoded: [UInt8], end: ContinuousClock.Instant)>>
    private let steadyNow: @Sendable () -> ContinuousClock.Instant

    /// Creates an empty cache. Each session takes 2 to 20 KiB.
    ///
    /// - Parameter lifetime: from the full handshake to the last moment at which its session can be resumed, in whole
    ///   seconds, at least one.
    /// - Throws: `TLSConfigurationError.notPositive`.
    public convenience init(
        capacity: Int = 1_024,
        lifetime: Duration = .seconds(3_600),
        clock: VerificationClock = .system
    ) throws(TLSConfigurationError) {
        try self.init(
            capacity: capacity,
            lifetime: lifetime,
            clock: clock,
            steadyNow: { ContinuousClock.now }
        )
    }

    /// - Parameter steadyNow: a monotonic clock, which sessions also expire by.
    package init(
        capacity: Int = 1_024,
        lifetime: Duration = .seconds(3_600),
        clock: VerificationClock = .system,
        steadyNow: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(TLSConfigurationError) {
        guard capacity > 0 else { throw .notPositive(setting: "sessionCache.capacity", found: capacity) }
        let lifetimeSeconds = lifetime.wholeSeconds
        guard lifetimeSeconds > 0 else {
            throw .notPositive(setting: "sessionCache.lifetime in seconds", found: Int(lifetimeSeconds))
        }
        self.capacity = capacity
        self.lifetimeSeconds = lifetimeSeconds
        self.clock = clock
        self.steadyNow = steadyNow
        sessions = Mutex(LeastRecentlyUsed(capacity: capacity))
    }

    /// The number of stored sessions.
    package var count: Int { sessions.withLock { $0.count } }

    var now: Timestamp { clock.now() }

    var keptSessions: KeptSessions {
        KeptSessions { [self] identifier in
            let now = steadyNow()
            return sessions.withLock { sessions in
                guard let kept = sessions.value(for: identifier) else { return nil }
                guard now <= kept.end else {
                    sessions.remove(identifier)
                    return nil
                }
                return kept.encoded
            }
        }
    }

    func keep(_ encoded: [UInt8], for identifier: [UInt8]) {
        let end = steadyNow() + .seconds(lifetimeSeconds)
        sessions.withLock { _ = $0.insert((encoded, end), for: identifier) }
    }

    func forget(_ identifier: [UInt8]) { sessions.withLock { _ = $0.remove(identifier) } }
}
