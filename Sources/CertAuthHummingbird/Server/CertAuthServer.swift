// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuthHTTP
public import CertAuthTLS
public import HummingbirdCore
public import Logging
import NIOCore

/// A Hummingbird server with CertAuth's TLS, whose policies can be changed while it runs.
///
/// Pass its `builder` to the application. Every request passes a gate before the router: its host must have the policy
/// that accepted the connection (otherwise 421), and in mode `require` its client must be authenticated, on every
/// route.
public final class CertAuthServer: Sendable {
    private let http: ServedHTTP
    private let tls: TLSServerContext
    private let connections = ConnectionRegistry()
    private let servesProxies: Bool
    private let logger: Logger
    /// The configuration in force, as the application gave it.
    private let given: ReloadableConfiguration<TLSServerConfiguration>

    /// Checks the configuration and loads its identities. Does not bind a port.
    ///
    /// - Parameters:
    ///   - http: the supported versions of HTTP, and their limits.
    ///   - tls: with `validation: .request` refused clients receive 403 and a problem document instead of an alert.
    ///   - servesProxies: false for a server that no proxy calls: its clients may have addresses and certificates by which
    ///     a `CertificateForwardingMiddleware` of another server in this process knows its proxies. The middleware answers
    ///     500 on it.
    ///   - logger: receives the requests that the gate refuses.
    /// - Throws: `TLSConfigurationError` or `CertAuthServerError` for a contradictory configuration.
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
        given = ReloadableConfiguration(tls)
    }

    /// Creates the application's server: `Application(router: router, server: server.builder)`.
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

    /// Uses another configuration for new connections.
    ///
    /// Requests in progress are answered under the policy under which they arrived, then their connections close. All
    /// other connections are told to close. Requests that clients send nevertheless use the new policy, or are answered
    /// with 421. If an error is thrown, nothing has changed.
    public func reload(_ configuration: TLSServerConfiguration) throws { try reload { $0 = configuration } }

    /// Changes the configuration in force, for instance `{ $0.identity = renewed }`, and uses it as `reload(_:)` does.
    ///
    /// Reloads at the same time do not undo each other's changes.
    ///
    /// - Parameter change: runs again if another reload ends before it has returned. It can use the server, but must not
    ///   reload it, which throws an error. If it throws, nothing changes.
    public func reload(_ change: (inout TLSServerConfiguration) throws -> Void) throws {
        let former = try given.replace(change) { _, changed in
            try tls.reload(http.offered(by: changed))
            return changed
        }
        defer { withExtendedLifetime(former) {} }
        connections.reloads.add(connections.channels) { channel in
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
#endif
