// SPDX-License-Identifier: Apache-2.0
// A proxy's own certificate never becomes a principal, in whatever order middlewares are added.

#if Hummingbird
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import XCTest

final class ForwardingOrderTests: XCTestCase {
    /// A proxy whose certificate the clients' policy would accept too, and the headers it sends for bob.
    private struct Hop {
        let tool: ExternalTool
        let clients: ToolClients
        let authenticator: CertificateAuthenticator
        let proxy: TestIdentity
        let headers: [String]
        let byCertificate: CertificateForwarding
        let byAddress: CertificateForwarding
        /// The proxy is one of the second dialect.
        let second: CertificateForwarding

        init() throws {
            tool = try ExternalTool("curl")
            clients = try ToolClients()
            authenticator = try clients.authenticator()
            proxy = try clients.authority.issue("proxy")
            let pem = try clients.authority.issue("bob").certificatePEM()
            let escaped = try XCTUnwrap(pem.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            headers = [
                "-H", "X-SSL-Client-Cert: \(escaped)", "-H", "X-SSL-Client-Verify: SUCCESS",
                "-H", "X-Forwarded-Proto: https",
            ]
            byCertificate = try CertificateForwarding(
                .nginx(),
                from: TrustedProxies([.certificate(try ProxyIdentity(pinning: proxy.certificate))])
            )
            byAddress = try CertificateForwarding(
                .nginx(),
                from: TrustedProxies([.network(try NetworkRange("127.0.0.0/8"))])
            )
            let known = TrustedProxy.certificate(
                try ProxyIdentity(pinning: proxy.certificate),
                from: [try NetworkRange("127.0.0.0/8")]
            )
            second = try CertificateForwarding(combining: [
                CertificateForwarding(.aspnet(), from: TrustedProxies([.network(try NetworkRange("10.0.0.0/8"))])),
                CertificateForwarding(.nginx(), from: TrustedProxies([known])),
            ])
        }

        func middleware(_ forwarding: CertificateForwarding) throws -> CertificateForwardingMiddleware<TestContext> {
            try CertificateForwardingMiddleware(forwarding, authenticator: authenticator)
        }

        func get(_ path: String, at server: RunningApplication, forwarded: Bool = true) async throws -> String {
            let arguments = try clients.arguments(proxy) + (forwarded ? headers : [])
            return try await server.curl(tool, arguments, path: path)
        }
    }

    private func isServerFault(_ answer: String) -> Bool {
        answer.contains("\"code\":\"internal\"") && answer.hasSuffix(" 500")
    }

    func test_an_authorization_before_the_forwarding_and_a_route_without_it_are_answered_500() async throws {
        let hop = try Hop()
        for mode in [ClientCertificateMode.allow, .require] {
            for forwarding in [hop.byCertificate, hop.byAddress, hop.second] {
                try await RunningApplication.withTLS(
                    hop.authenticator,
                    mode: mode,
                    routes: { router in
                        router.group("early").add(middleware: AuthorizationMiddleware())
                            .add(middleware: try hop.middleware(forwarding))
                            .get { _, context in RunningApplication.description(of: context) }
                        router.group("without").add(middleware: AuthorizationMiddleware())
                            .get { _, context in RunningApplication.description(of: context) }
                        router.group("asked").get { _, context in try context.requirePrincipal().name ?? "?" }
                        router.group("open").add(middleware: OptionalClientCertificateMiddleware())
                            .get { _, context in RunningApplication.description(of: context) }
                    }
                ) { server in
                    for forwarded in [true, false] {
                        for path in ["/early", "/without", "/asked"] {
                            let answer = try await hop.get(path, at: server, forwarded: forwarded)
                            XCTAssertTrue(isServerFault(answer), "\(mode) \(path): \(answer)")
                        }
                        let open = try await hop.get("/open", at: server, forwarded: forwarded)
                        XCTAssertTrue(open.hasPrefix("anonymous failure=internal"), open)
                    }
                }
            }
        }
    }

    func test_the_forwarding_before_everything_names_the_forwarded_client() async throws {
        let hop = try Hop()
        for forwarding in [hop.byCertificate, hop.second] {
            try await RunningApplication.withTLS(
                hop.authenticator,
                mode: .allow,
                routes: { router in
                    router.add(middleware: try hop.middleware(forwarding))
                    router.group("secure").add(middleware: AuthorizationMiddleware())
                        .get { _, context in RunningApplication.description(of: context) }
                }
            ) { server in
                let named = try await hop.get("/secure", at: server)
                XCTAssertTrue(named.hasPrefix("bob"), named)
                let unnamed = try await hop.get("/secure", at: server, forwarded: false)
                XCTAssertTrue(unnamed.contains("\"code\":\"not-https\""), unnamed)
            }
        }
    }

    func test_without_a_forwarding_middleware_the_same_certificate_is_a_clients() async throws {
        let hop = try Hop()
        do {
            // The middleware was released with its router.
            _ = try hop.middleware(hop.byCertificate)
        }
        try await RunningApplication.withTLS(hop.authenticator, mode: .allow) { server in
            let answer = try await hop.get("/secure", at: server, forwarded: false)
            XCTAssertTrue(answer.hasPrefix("proxy"), answer)
        }
    }

    func test_a_server_without_proxies_accepts_no_forwarded_certificates() async throws {
        let hop = try Hop()
        let (tls, authority) = try RunningApplication.serverTLS(hop.authenticator, mode: .allow)
        let builder = try HTTPServerBuilder.certAuth(tls: tls, servesProxies: false)
        try await RunningApplication.with(builder, serverAuthority: authority) { router in
            router.group("secure").add(middleware: AuthorizationMiddleware())
                .get { _, context in RunningApplication.description(of: context) }
            router.group("forwarded").add(middleware: try hop.middleware(hop.byAddress))
                .get { _, context in RunningApplication.description(of: context) }
        } _: { server in
            let direct = try await hop.get("/secure", at: server, forwarded: false)
            XCTAssertTrue(direct.hasPrefix("proxy"), direct)
            let forwarded = try await hop.get("/forwarded", at: server)
            XCTAssertTrue(isServerFault(forwarded), forwarded)
        }
    }

    func test_a_child_context_with_storage_of_its_own_has_the_forwarded_client() async throws {
        let hop = try Hop()
        let router = Router(context: ParentContext.self)
        router.add(middleware: try CertificateForwardingMiddleware(hop.byCertificate, authenticator: hop.authenticator))
        router.group("child", context: ChildContext.self).add(middleware: AuthorizationMiddleware())
            .get { _, context in try context.requirePrincipal().name ?? "?" }
        router.group("plain", context: ChildContext.self).add(middleware: OptionalClientCertificateMiddleware())
            .get { _, context in context.principal?.name ?? "anonymous" }
        let (tls, authority) = try RunningApplication.serverTLS(hop.authenticator, mode: .allow)
        for http in [ServedHTTP.http1, .http2Upgrade] {
            let builder = try HTTPServerBuilder.certAuth(http: http, tls: tls)
            try await RunningApplication.with(builder, serverAuthority: authority, router: router) { server in
                for path in ["/child", "/plain"] {
                    let named = try await hop.get(path, at: server)
                    XCTAssertTrue(named.hasPrefix("bob"), named)
                }
                let unnamed = try await hop.get("/plain", at: server, forwarded: false)
                XCTAssertTrue(unnamed.hasPrefix("anonymous"), unnamed)
            }
        }
    }
}

private struct ParentContext: ClientCertificateRequestContext {
    var coreContext: CoreRequestContextStorage
    var clientCertificate: ClientCertificateStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientCertificate = ClientCertificateStorage(source: source)
        channel = source.channel
    }
}

private struct ChildContext: ChildRequestContext, ClientCertificateRequestContext {
    var coreContext: CoreRequestContextStorage
    var clientCertificate: ClientCertificateStorage

    init(context: ParentContext) throws {
        coreContext = context.coreContext
        let source = ApplicationRequestContextSource(channel: context.channel, logger: context.logger)
        clientCertificate = ClientCertificateStorage(source: source)
    }
}
#endif
