// SPDX-License-Identifier: Apache-2.0
// The servers, as extensions of the type by which Hummingbird users find them.

#if Hummingbird
import CertAuth
public import CertAuthTLS
public import HummingbirdCore
import Logging

extension HTTPServerBuilder {
    /// A server with CertAuth's TLS: all modes, policies by server name, late certificates, tickets.
    ///
    /// - Parameter servesProxies: false for a server that no proxy calls, as in `CertAuthServer`.
    /// - Throws: `TLSConfigurationError` or `CertAuthServerError` for a contradictory configuration.
    public static func certAuth(
        http: ServedHTTP = .http2Upgrade,
        tls: TLSServerConfiguration,
        servesProxies: Bool = true
    ) throws -> HTTPServerBuilder {
        try CertAuthServer(http: http, tls: tls, servesProxies: servesProxies).builder
    }

    /// A server without TLS behind a proxy, for `CertificateForwardingMiddleware`.
    ///
    /// Unlike Hummingbird's own `http1()` it knows the user at the other end of a Unix socket. No request counts as
    /// secure unless a trusted proxy says so.
    public static func certAuthBehindProxy(
        _ configuration: HTTP1Channel.Configuration = ServedHTTP.boundedHTTP1
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let gate = ServerGate(responder: responder, logger: Logger(label: "certauth.hummingbird"))
            return PlainChannel(http1: HTTP1Channel(responder: gate.respond, configuration: configuration))
        }
    }
}
#endif
