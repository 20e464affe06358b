// SPDX-License-Identifier: Apache-2.0
// Whether clients that were let in may resume their sessions, and by which keys.

public import CertAuth
import CertAuthOpenSSL

/// Session tickets for clients that have been let in, on TLS 1.3.
///
/// Keys change with every lifetime, by the clock; one before the current is still accepted. Processes that share a
/// secret take each other's tickets where their policies are the same.
public struct SessionTickets: Sendable {
    /// From the full handshake to the last moment at which its session can be resumed.
    package let lifetimeSeconds: Int64
    let isShared: Bool
    private let secret: [UInt8]
    private let clock: VerificationClock

    /// Tickets of this process alone; nobody else can open them, and they end with it.
    public init(lifetimeSeconds: Int64 = 3_600, clock: VerificationClock = .system) throws(TLSConfigurationError) {
        do throws(OpenSSLError) {
            try self.init(
                secret: TicketKey.randomSecret(),
                isShared: false,
                lifetimeSeconds: lifetimeSeconds,
                clock: clock
            )
        } catch {
            throw .refusedByOpenSSL(reason: error.description)
        }
    }

    /// Tickets of all processes that know `secret`: whoever knows it can take up any of their sessions.
    ///
    /// - Parameter secret: 32 random bytes at least.
    public init(
        sharedSecret secret: [UInt8],
        lifetimeSeconds: Int64 = 3_600,
        clock: VerificationClock = .system
    ) throws(TLSConfigurationError) {
        guard secret.count >= 32 else { throw .ticketSecretTooShort(found: secret.count) }
        self.init(secret: secret, isShared: true, lifetimeSeconds: lifetimeSeconds, clock: clock)
    }

    private init(secret: [UInt8], isShared: Bool, lifetimeSeconds: Int64, clock: VerificationClock) {
        self.secret = secret
        self.isShared = isShared
        self.lifetimeSeconds = lifetimeSeconds
        self.clock = clock
    }

    var now: Timestamp { clock.now() }

    var keyring: TicketKeyring {
        TicketKeyring(
            current: { key(of: period) },
            named: { name in [period, period - 1].lazy.compactMap { key(of: $0) }.first { $0.name == name } }
        )
    }

    private var period: Int64 { now.secondsSince1970 / max(lifetimeSeconds, 1) }

    private func key(of period: Int64) -> TicketKey? {
        try? TicketKey(secret: secret, label: Array("\(lifetimeSeconds) \(period)".utf8))
    }
}
