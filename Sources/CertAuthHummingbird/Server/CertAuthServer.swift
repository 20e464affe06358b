// SPDX-License-Identifier: Apache-2.0
// A Hummingbird server on our TLS, whose policies can be changed while it runs.

#if Hummingbird
import CertAuthHTTP
public import CertAuthTLS
public import HummingbirdCore
public import Logging
import NIOCore

/// A Hummingbird server on our TLS, whose policies can be changed while it runs.
///
/// Give its `builder` to the application. Every request passes a gate before the router: its host must have the policy
/// that let the connection in (else 421), and in mode `require` its client must be authenticated, on every route.
public final class CertAuthServer: Sendable {
    private let http: ServedHTTP
    private let tls: TLSServerContext
    private let connections = ConnectionRegistry()
    private let servesProxies: Bool
    private let logger: Logger

    /// Checks the configuration and loads its identities; binds nothing.
    ///
    /// - Parameters:
    ///   - http: which versions are spoken, and within which bounds.
    ///   - tls: with `validation: .request` refused clients get 403 and a problem document instead of an alert.
    ///   - servesProxies: false for a server that no proxy calls: its clients may come from addresses, and present
    ///     certificates, by which a `CertificateForwardingMiddleware` of another server in this process knows its proxies.
    ///     The middleware answers 500 on it.
    ///   - logger: receives the requests that the gate refuses.
    /// - Throws: `TLSConfigurationError` or `CertAuthServerError` for what cannot mean what it says.
    public init(
        http: ServedHTTP = .http2Upgrade,
        tls: TLSServerConfiguration,
        servesProxies: Bool = true,
        logger: Logger = Logger(label: "certauth.hummingbird")
    ) throws {
        self.http = http
        self.tls = try TLSServerContext(configuration: http.offered(by: tls), hasRequestGate: true)
        self.servesProxies = servesProxies
        self.logger = logger
    }

    /// What the application is made with: `Application(router: router, server: server.builder)`.
    public var builder: HTTPServerBuilder {
        HTTPServerBuilder { [self] responder in
            let gate = ServerGate(responder: responder, logger: logger)
            return SecureChannel(
                http: http,
                tls: tls,
                connections: connections,
                servesProxies: servesProxies,
                responder: gate.respond
            )
        }
    }

    /// Serves new connections under another configuration.
    ///
    /// Requests in flight are answered under the policy they came under, then their connections close; all other
    /// connections are told to. What a client asks all the same is judged by the new policy, or answered 421. When an
    /// error is thrown, nothing has changed.
    public func reload(_ configuration: TLSServerConfiguration) throws {
        try tls.reload(http.offered(by: configuration))
        for channel in connections.channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
#endif
