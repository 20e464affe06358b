// SPDX-License-Identifier: Apache-2.0
// What a request's context knows of its client.

#if Hummingbird
public import CertAuth
import CertAuthHTTP
public import CertAuthTLS
public import Hummingbird
import NIOCore

/// What a request's context knows of its client.
public struct ClientCertificateStorage: Sendable {
    /// The connection; behind a trusted proxy, the one that the proxy speaks for.
    public internal(set) var connection: ClientCertificateConnection
    /// What authentication came to; nil as long as nobody has asked for it.
    public internal(set) var result: AuthenticationResult?

    /// The socket's peer.
    let peer: ConnectionPeer
    /// The request's channel.
    let channel: any Channel
    /// Decides what unauthenticated clients get.
    var authenticator: CertificateAuthenticator?
    /// Whether it has been settled whose certificate counts.
    var isForwardingSettled = false

    /// What is known when a request begins.
    ///
    /// On a server that was not made by `certAuth` no request is secure and nobody is authenticated, unless a trusted
    /// proxy forwards the certificate.
    public init(source: ApplicationRequestContextSource) {
        channel = source.channel
        if let served = ServedConnection.current {
            connection = served.connection
            peer = served.peer
            result = served.result
        } else {
            let address = source.channel.remoteAddress
            connection = ClientCertificateConnection(plainFrom: address?.peerText)
            peer = address?.ipAddress.flatMap { IPAddress($0) }.map { .address($0) } ?? .unknown
        }
        authenticator = connection.authenticator
    }

    /// Authenticates the client, or repeats what was found out before in this request.
    mutating func authenticate() async -> AuthenticationResult {
        if let result { return result }
        let found = await connection.authenticateRequest()
        result = found
        return found
    }
}
#endif
