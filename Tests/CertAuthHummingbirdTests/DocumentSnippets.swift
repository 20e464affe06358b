// SPDX-License-Identifier: Apache-2.0
// The examples in Docs/Hummingbird.md, compiled.

#if Hummingbird
import CertAuthHTTP
// snippet of Hummingbird.md
import CertAuthHummingbird
import Hummingbird

func secureApplication(
    identity: ServerIdentity,
    authenticator: CertificateAuthenticator
) throws -> some ApplicationProtocol {
    let router = Router(context: BasicClientCertificateRequestContext.self)
    router.add(middleware: OptionalClientCertificateMiddleware())
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
    // snippet of Hummingbird.md
    let server = try CertAuthServer(http: .http2Upgrade, tls: tls)
    let application = Application(router: router, server: server.builder)
    try server.reload { $0.identity = newIdentity }
    // end of snippet
    _ = application
}

func watching(
    _ server: CertAuthServer,
    _ router: Router<ShopContext>,
    watch: FileWatchService
) -> some ApplicationProtocol {
    // snippet of Hummingbird.md
    let address = BindAddress.hostname("127.0.0.1", port: 8443)
    var application = Application(
        router: router,
        server: server.builder,
        configuration: ApplicationConfiguration(address: address)
    )
    application.addServices(watch)
    // end of snippet
    return application
}

// snippet of Hummingbird.md
struct AdminContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let client: AuthenticatedClient

    init(context: ShopContext) throws {
        coreContext = context.coreContext
        client = try context.requireClient()
    }
}

func addAdministration(to router: Router<ShopContext>) {
    router.group("stock")
        .add(middleware: AuthorizationMiddleware(.claim(.role, anyOf: ["admin"])))
        .group(context: AdminContext.self)
        .get { _, context in "stock for \(context.client.principal.name ?? "?")" }
}
// end of snippet
#endif
