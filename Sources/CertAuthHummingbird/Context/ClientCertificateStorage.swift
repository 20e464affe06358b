// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
package import CertAuth
import CertAuthHTTP
package import CertAuthTLS
public import Hummingbird
import NIOCore

/// The client of a request and its certificate, in the request's context.
public struct ClientCertificateStorage: Sendable {
    /// The client's connection. For requests of a trusted proxy, the connection that the proxy forwards.
    package internal(set) var connection: ClientCertificateConnection
    /// The result of the authentication. Nil before the first middleware that authenticates.
    package internal(set) var result: AuthenticationResult?

    /// The socket's peer.
    let peer: ConnectionPeer
    /// The request's channel.
    let channel: any Channel
    /// Determines the response for unauthenticated clients.
    var authenticator: CertificateAuthenticator?
    /// Whether forwarding has decided which certificate applies.
    var isForwardingSettled = false

    /// False on a server that was created for direct clients only.
    let servesProxies: Bool

    /// Creates the storage at the beginning of a request.
    ///
    /// A context that is created from another one in the same request receives what forwarding has decided for the
    /// request. On a server that was not created by `certAuth` no request is secure and no client is authenticated,
    /// unless a trusted proxy forwards the certificate.
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

    /// Authenticates the client, or returns the earlier result of this request.
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

    /// Answers with 500 a request in which a proxy's own certificate would be validated as the client's.
    var proxyRefusal: ClientCertificateRefusal? {
        proxyFailure.map { .failed($0.message, connection.facts) }
    }

    /// Why the certificate is not validated. Nil if it is the client's, or if there is none.
    private var proxyFailure: AuthenticationFailure? {
        guard servesProxies, !isForwardingSettled, let chain = connection.presentedChain,
            ForwardingRegistration.covers(peer, presenting: chain, memory: connection.proxyMemory)
        else { return nil }
        let message =
            "the connection is from a trusted proxy, but no CertificateForwardingMiddleware has run for the request: "
            + "add it to the router before all other middlewares, or, for a server that no proxy calls, "
            + "pass servesProxies: false"
        return AuthenticationFailure(code: .internalError, message: message)
    }
}
#endif
