// SPDX-License-Identifier: Apache-2.0
// The examples in Docs/Hummingbird.md, compiled.

#if Hummingbird
// snippet of Hummingbird.md
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import Hummingbird

func secureApplication(
    identity: ServerIdentity,
    authenticator: CertificateAuthenticator
) throws -> some ApplicationProtocol {
    let router = Router(context: BasicClientCertificateRequestContext.self)
    router.add(middleware: ClientCertificateMiddleware())
    router.get("public") { _, context in
        "hello \(context.principal?.name ?? "anonymous")"
    }
    router.group("admin")
        .add(middleware: AuthorizationMiddleware(.claim(.role, anyOf: ["admin"])))
        .get { _, context in
            "hello \(try context.requirePrincipal().name ?? "?")"
        }
    var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .allow)
    tls.validation = .request
    return Application(router: router, server: try .certAuth(tls: tls))
}
// end of snippet

// snippet of Hummingbird.md
struct ShopContext: ClientCertificateRequestContext {
    var coreContext: CoreRequestContextStorage
    var clientCertificate: ClientCertificateStorage
    var basket: [String] = []

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientCertificate = ClientCertificateStorage(source: source)
    }
}
// end of snippet

func lateRoutes(_ router: Router<ShopContext>) {
    // snippet of Hummingbird.md
    router.group("orders").add(middleware: AuthorizationMiddleware(certificateHost: "cert.example.com"))
        .get { _, context in "the orders of \(try context.requirePrincipal().name ?? "?")" }
    router.post("upload") { request, context in
        var (request, context) = (request, context)
        let result = try await context.requestClientCertificate(reading: &request)
        return "from \(result?.principal?.name ?? "an anonymous client")"
    }
    // end of snippet
}

func behindNginx(
    _ router: Router<ShopContext>,
    authenticator: CertificateAuthenticator
) throws -> some ApplicationProtocol {
    // snippet of Hummingbird.md
    let proxies = try TrustedProxies([.network(try NetworkRange("10.0.0.7/32"))])
    let forwarding = try CertificateForwarding(.nginx(), from: proxies)
    router.add(middleware: try CertificateForwardingMiddleware(forwarding, authenticator: authenticator))
    let application = Application(router: router, server: .certAuthBehindProxy())
    // end of snippet
    return application
}

func reloading(
    _ tls: TLSServerConfiguration,
    _ router: Router<ShopContext>,
    newIdentity: ServerIdentity
) throws {
    var tls = tls
    // snippet of Hummingbird.md
    let server = try CertAuthServer(http: .http2Upgrade, tls: tls)
    let application = Application(router: router, server: server.builder)
    tls.identity = newIdentity
    try server.reload(tls)
    // end of snippet
    _ = application
}
#endif
