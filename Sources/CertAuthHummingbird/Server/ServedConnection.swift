// SPDX-License-Identifier: Apache-2.0
// The connection of a request, where the request's context finds it.

#if Hummingbird
import CertAuth
import CertAuthTLS
import NIOCore

/// What the server knows of a connection; bound for all of its requests when it begins, so that none of them has to ask
/// its event loop.
///
/// A task-local value is inherited by every task that a request starts, servers included. So it counts only for the
/// channel that it was made for, and for HTTP/2 streams of that channel.
struct ServedConnection: Sendable {
    @TaskLocal private static var bound: ServedConnection?

    /// The connection's channel, or that of one request on it.
    let channel: any Channel
    let connection: ClientCertificateConnection
    let peer: ConnectionPeer
    /// False where the server was made for direct clients alone.
    var servesProxies = true
    /// What the gate or the forwarding middleware has found out about the client of the one request that is answered.
    var result: AuthenticationResult?
    /// What forwarding has decided about the one request that is answered; nil before it has.
    var forwarding: SettledForwarding?

    /// The connection of a request on `channel`; nil for one that was bound for another channel.
    static func current(of channel: any Channel) -> ServedConnection? {
        guard let bound, bound.channel === channel || bound.channel === channel.parent else { return nil }
        return bound
    }

    /// Runs `body` with this as the connection of the requests on its channel.
    func bind<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await Self.$bound.withValue(self) { try await body() }
    }
}

/// Forwarding has decided whose certificate counts for a request.
struct SettledForwarding: Sendable {
    /// Decides what unauthenticated clients get.
    let authenticator: CertificateAuthenticator?
}
#endif
