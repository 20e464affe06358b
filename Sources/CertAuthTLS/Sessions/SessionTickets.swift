// SPDX-License-Identifier: Apache-2.0

public import CertAuth
import CertAuthOpenSSL

/// Session tickets for admitted clients.
///
/// The ticket key changes once a lifetime; the previous key is still accepted. Processes with the same secret accept
/// each other's tickets where their policies are equal.
public struct SessionTickets: Sendable {
    /// From the full handshake to the last moment at which its session can be resumed.
    package let lifetimeSeconds: Int64
    let isShared: Bool
    private let secret: [UInt8]
    private let clock: VerificationClock

    /// Creates tickets that only this process can decrypt; they become useless when it ends.
    ///
    /// - Parameter lifetime: from the full handshake to the last moment at which its session can be resumed, in whole
    ///   seconds, at least one.
    public init(lifetime: Duration = .seconds(3_600), clock: VerificationClock = .system) throws(TLSConfigurationError)
    {
        do throws(OpenSSLError) {
            try self.init(
                secret: TicketKey.randomSecret(),
                isShared: false,
                lifetime: lifetime,
                clock: clock
            )
        } catch {
            throw .refusedByOpenSSL(reason: error.description)
        }
    }

    /// Creates tickets for all processes that know `secret`. Anyone with the secret can resume any of their sessions.
    ///
    /// - Parameter secret: at least 32 random bytes.
    public init(
        sharedSecret secret: [UInt8],
        lifetime: Duration = .seconds(3_600),
        clock: VerificationClock = .system
    ) throws(TLSConfigurationError) {
        guard secret.count >= 32 else { throw .ticketSecretTooShort(found: secret.count) }
        self.init(secret: secret, isShared: true, lifetime: lifetime, clock: clock)
    }

    private init(secret: [UInt8], isShared: Bool, lifetime: Duration, clock: VerificationClock) {
        self.secret = secret
        self.isShared = isShared
        lifetimeSeconds = lifetime.wholeSeconds
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
