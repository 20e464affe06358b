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
    public let capacity: Int
    /// From the full handshake to the last moment at which its session can be resumed.
    public let lifetimeSeconds: Int64

    private let clock: VerificationClock
    private let sessions: Mutex<LeastRecentlyUsed<[UInt8], [UInt8]>>

    /// An empty cache; each session takes 2 to 20 KiB.
    ///
    /// - Throws: `TLSConfigurationError.notPositive`.
    public init(
        capacity: Int = 1_024,
        lifetimeSeconds: Int64 = 3_600,
        clock: VerificationClock = .system
    ) throws(TLSConfigurationError) {
        guard capacity > 0 else { throw .notPositive(setting: "sessionCache.capacity", found: capacity) }
        guard lifetimeSeconds > 0 else {
            throw .notPositive(setting: "sessionCache.lifetimeSeconds", found: Int(lifetimeSeconds))
        }
        self.capacity = capacity
        self.lifetimeSeconds = lifetimeSeconds
        self.clock = clock
        sessions = Mutex(LeastRecentlyUsed(capacity: capacity))
    }

    /// How many sessions are kept.
    public var count: Int { sessions.withLock { $0.count } }

    var now: Timestamp { clock.now() }

    var keptSessions: KeptSessions {
        KeptSessions { [self] identifier in sessions.withLock { $0.value(for: identifier) } }
    }

    func keep(_ encoded: [UInt8], for identifier: [UInt8]) {
        sessions.withLock { _ = $0.insert(encoded, for: identifier) }
    }

    func forget(_ identifier: [UInt8]) { sessions.withLock { _ = $0.remove(identifier) } }
}
