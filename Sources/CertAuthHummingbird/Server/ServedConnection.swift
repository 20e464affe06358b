// SPDX-License-Identifier: Apache-2.0
// The connection of a request, as a task-local value for the request's context.

#if Hummingbird
import CertAuth
import CertAuthTLS
import NIOCore

/// The server's information about a connection. It is bound once for all requests of the connection, so that none of
/// them has to switch to its event loop.
///
/// A task-local value is inherited by every task that a request starts, including servers. Therefore it applies only to
/// the channel that it was created for, and to HTTP/2 streams of that channel.
struct ServedConnection: Sendable {
    @TaskLocal private static var bound: ServedConnection?

    /// The connection's channel, or that of one request on it.
    let channel: any Channel
    let connection: ClientCertificateConnection
    let peer: ConnectionPeer
    /// False if the server was created for direct clients only.
    var servesProxies = true
    /// The result of the gate or the forwarding middleware for the client of the current request.
    var result: AuthenticationResult?
    /// The decision of forwarding about the current request. Nil before the decision.
    var forwarding: SettledForwarding?

    /// The connection of a request on `channel`. Nil if it was bound for another channel.
    static func current(of channel: any Channel) -> ServedConnection? {
        guard let bound, bound.channel === channel || bound.channel === channel.parent else { return nil }
        return bound
    }

    /// Runs `body` with this as the connection of the requests on its channel.
    func bind<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await Self.$bound.withValue(self) { try await body() }
    }
}

/// The decision of forwarding about which certificate applies to a request.
struct SettledForwarding: Sendable {
    /// Determines the response for unauthenticated clients.
    let authenticator: CertificateAuthenticator?
}
#endif
