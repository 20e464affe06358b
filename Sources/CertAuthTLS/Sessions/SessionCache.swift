// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 sessions that clients take up by id.

public import CertAuth
import CertAuthOpenSSL
import Synchronization

/// TLS 1.2 sessions of clients that have been let in, to be taken up by id, in the memory of this process.
///
/// A session is kept once its client was let in, hooks included, and judged by the policy of its name, as of now,
/// before OpenSSL gets to see it again. Clients that take tickets get no ids.
public final class SessionCache: Sendable {
    /// Sessions that are kept at most; beyond it the one goes that was not used for longest.
    package let capacity: Int
    /// From the full handshake to the last moment at which its session can be resumed.
    package let lifetimeSeconds: Int64

    private let clock: VerificationClock
    /// With the end of each by a clock that can't be set.
    private let sessions: Mutex<LeastRecentlyUsed<[UInt8], (encoded: [UInt8], end: ContinuousClock.Instant)>>
    private let steadyNow: @Sendable () -> ContinuousClock.Instant

    /// An empty cache; each session takes 2 to 20 KiB.
    ///
    /// - Throws: `TLSConfigurationError.notPositive`.
    public convenience init(
        capacity: Int = 1_024,
        lifetimeSeconds: Int64 = 3_600,
        clock: VerificationClock = .system
    ) throws(TLSConfigurationError) {
        try self.init(
            capacity: capacity,
            lifetimeSeconds: lifetimeSeconds,
            clock: clock,
            steadyNow: { ContinuousClock.now }
        )
    }

    /// - Parameter steadyNow: a clock that can't be set; sessions end by it too.
    package init(
        capacity: Int = 1_024,
        lifetimeSeconds: Int64 = 3_600,
        clock: VerificationClock = .system,
        steadyNow: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(TLSConfigurationError) {
        guard capacity > 0 else { throw .notPositive(setting: "sessionCache.capacity", found: capacity) }
        guard lifetimeSeconds > 0 else {
            throw .notPositive(setting: "sessionCache.lifetimeSeconds", found: Int(lifetimeSeconds))
        }
        self.capacity = capacity
        self.lifetimeSeconds = lifetimeSeconds
        self.clock = clock
        self.steadyNow = steadyNow
        sessions = Mutex(LeastRecentlyUsed(capacity: capacity))
    }

    /// How many sessions are kept.
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
