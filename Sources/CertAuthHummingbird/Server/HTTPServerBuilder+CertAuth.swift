// SPDX-License-Identifier: Apache-2.0
// The servers by the names under which Hummingbird looks for them.

#if Hummingbird
import CertAuth
public import CertAuthTLS
public import HummingbirdCore
import Logging

extension HTTPServerBuilder {
    /// A server on our TLS: all modes, policies by server name, certificates asked for late, tickets.
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
    /// Unlike Hummingbird's own `http1()` it knows the user behind a unix socket. No request counts as secure unless a
    /// trusted proxy says so.
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
