// SPDX-License-Identifier: Apache-2.0
// What a request's context knows of its client.

#if Hummingbird
package import CertAuth
import CertAuthHTTP
package import CertAuthTLS
public import Hummingbird
import NIOCore

/// What a request's context knows of its client.
public struct ClientCertificateStorage: Sendable {
    /// The connection; behind a trusted proxy, the one that the proxy speaks for.
    package internal(set) var connection: ClientCertificateConnection
    /// What authentication came to; nil before the first middleware that authenticates.
    package internal(set) var result: AuthenticationResult?

    /// The socket's peer.
    let peer: ConnectionPeer
    /// The request's channel.
    let channel: any Channel
    /// Decides what unauthenticated clients get.
    var authenticator: CertificateAuthenticator?
    /// Whether it has been settled whose certificate counts.
    var isForwardingSettled = false

    /// False on a server that was made for direct clients alone.
    let servesProxies: Bool

    /// What is known when a request begins.
    ///
    /// A context that is made from another one in the same request finds what forwarding has decided for the request.
    /// On a server that was not made by `certAuth` no request is secure and no client is authenticated, unless a trusted
    /// proxy forwards the certificate.
    public init(source: ApplicationRequestContextSource) {
        channel = source.channel
        if let served = ServedConnection.current(of: source.channel) {
            connection = served.connection
            peer = served.peer
            servesProxies = served.servesProxies
            result = served.result
            isForwardingSettled = served.forwarding != nil
            authenticator = served.forwarding?.authenticator ?? connection.authenticator
            if result != nil, proxyFailure != nil { result = nil }
        } else {
            let address = source.channel.remoteAddress
            connection = ClientCertificateConnection(plainFrom: address?.peerText)
            peer = address?.ipAddress.flatMap { IPAddress($0) }.map { .address($0) } ?? .unknown
            servesProxies = true
            authenticator = nil
        }
    }

    /// Authenticates the client, or repeats what was found out before in this request.
    mutating func authenticate() async -> AuthenticationResult {
        if let result { return result }
        let found: AuthenticationResult
        if let failure = proxyFailure {
            found = .failure(failure)
        } else {
            found = await connection.authenticateRequest()
        }
        result = found
        return found
    }

    /// Answers, with 500, a request that would have a proxy's own certificate judged as the client's.
    var proxyRefusal: ClientCertificateRefusal? {
        proxyFailure.map { .failed($0.message, connection.facts) }
    }

    /// Why the certificate is not judged; nil where it is the client's, or is not there.
    private var proxyFailure: AuthenticationFailure? {
        guard servesProxies, !isForwardingSettled, let chain = connection.presentedChain,
            ForwardingRegistration.covers(peer, presenting: chain, memory: connection.proxyMemory)
        else { return nil }
        let message =
            "the connection is one of a trusted proxy, and no CertificateForwardingMiddleware has run for the request: "
            + "add it to the router before all other middlewares, or, for a server that no proxy calls, "
            + "pass servesProxies: false"
        return AuthenticationFailure(code: .internalError, message: message)
    }
}
#endif
