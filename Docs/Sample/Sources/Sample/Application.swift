// SPDX-License-Identifier: Apache-2.0
// The application: the same routes and policies with its own TLS and behind nginx.

import CertAuth
import CertAuthHTTP
import CertAuthHummingbird
import CertAuthTLS
import Hummingbird
import HummingbirdCore

func application(_ settings: Settings) throws -> some ApplicationProtocol {
    let (authenticator, gatherer) = try authentication(settings)
    let router = Router(context: Context.self)
    let server: HTTPServerBuilder
    if let network = settings.proxyNetwork {
        let proxies = try TrustedProxies([.network(try NetworkRange(network))])
        let forwarding = try CertificateForwarding(.nginx(), from: proxies)
        router.add(middleware: try CertificateForwardingMiddleware(forwarding, authenticator: authenticator))
        server = .certAuthBehindProxy()
    } else {
        let identity = try ServerIdentity(
            certificateFile: "\(settings.pki)/localhost.chain.pem",
            keyFile: "\(settings.pki)/localhost.key"
        )
        // The server asks for a certificate. Each route decides whether one is required.
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .allow)
        tls.validation = .request
        tls.sessionTickets = try SessionTickets()
        server = try .certAuth(tls: tls)
    }
    let issuers = try Certificate.load(file: "\(settings.pki)/intermediate.pem")
    addRoutes(to: router, trustedIssuer: issuers[0])
    return Application(
        router: router,
        server: server,
        configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
        services: [RevocationRefreshService(gatherer: gatherer)],
        onServerRunning: { _ in print("listening on \(settings.host):\(settings.port)") }
    )
}
