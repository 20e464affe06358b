// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuth
import CertAuthHTTP
import CertAuthHummingbird
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import XCTest

typealias TestContext = BasicClientCertificateRequestContext

/// A started Hummingbird application on CertAuth's TLS.
struct RunningApplication {
    let port: Int
    let serverAuthority: TestAuthority
    /// Starts a graceful shutdown.
    let shutdown: @Sendable () async -> Void

    /// Starts an application on a loopback port, passes it to `body`, and shuts it down gracefully.
    static func with<Result>(
        _ server: HTTPServerBuilder,
        serverAuthority: TestAuthority,
        address: BindAddress = .hostname("127.0.0.1", port: 0),
        routes: (Router<TestContext>) throws -> Void,
        _ body: (RunningApplication) async throws -> Result
    ) async throws -> Result {
        let router = Router(context: TestContext.self)
        try routes(router)
        return try await with(server, serverAuthority: serverAuthority, address: address, router: router, body)
    }

    /// The same with an existing router.
    static func with<Context: RequestContext, Result>(
        _ server: HTTPServerBuilder,
        serverAuthority: TestAuthority,
        address: BindAddress = .hostname("127.0.0.1", port: 0),
        router: Router<Context>,
        _ body: (RunningApplication) async throws -> Result
    ) async throws -> Result where Context.Source == ApplicationRequestContextSource {
        let (ports, started) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: server,
            configuration: ApplicationConfiguration(address: address),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        let service = Task {
            defer { started.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await service.value
            throw TestClientError.closed(cleanly: false)
        }
        do {
            let running = RunningApplication(
                port: port,
                serverAuthority: serverAuthority,
                shutdown: { await group.triggerGracefulShutdown() }
            )
            let result = try await body(running)
            await group.triggerGracefulShutdown()
            try await service.value
            return result
        } catch {
            await group.triggerGracefulShutdown()
            try await service.value
            throw error
        }
    }

    /// The same on TLS with a new server certificate.
    static func withTLS<Result>(
        _ authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require,
        http: ServedHTTP = .http2Upgrade,
        customize: (inout TLSServerConfiguration) throws -> Void = { $0.validation = .request },
        routes: (Router<TestContext>) throws -> Void = RunningApplication.routes,
        _ body: (RunningApplication) async throws -> Result
    ) async throws -> Result {
        let (tls, authority) = try serverTLS(authenticator, mode: mode, customize: customize)
        let builder = try HTTPServerBuilder.certAuth(http: http, tls: tls)
        return try await with(builder, serverAuthority: authority, routes: routes, body)
    }

    static func serverTLS(
        _ authenticator: CertificateAuthenticator?,
        mode: ClientCertificateMode = .require,
        customize: (inout TLSServerConfiguration) throws -> Void = { $0.validation = .request }
    ) throws -> (TLSServerConfiguration, TestAuthority) {
        let authority = try TestAuthority("Test Server Root")
        let server = try authority.issue("localhost", .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"]))
        var tls = TLSServerConfiguration(
            identity: try ServerIdentity(certificatePEM: server.chainPEM(), keyPEM: server.privateKeyPEM()),
            authenticator: authenticator,
            mode: mode
        )
        try customize(&tls)
        return (tls, authority)
    }

    /// `/public` returns the client's name; `/secure` accepts only authenticated clients.
    static func routes(_ router: Router<TestContext>) {
        router.add(middleware: OptionalClientCertificateMiddleware())
        router.get("public") { _, context in description(of: context) }
        router.group("secure").add(middleware: AuthorizationMiddleware()).get { _, context in
            description(of: context)
        }
    }

    static func description(of context: TestContext) -> String {
        let failure = context.authenticationFailure.map { " failure=\($0.code)" } ?? ""
        return (context.principal?.name ?? "anonymous") + failure
    }

    func client(_ identity: TestIdentity? = nil) -> TLSTestClient {
        TLSTestClient(
            address: .hostPort(host: "127.0.0.1", port: port),
            serverAnchorDER: serverAuthority.anchorDER,
            identity: identity
        )
    }

    /// Requests `path` with curl; returns the answer's body, a space, version and status.
    func curl(
        _ tool: ExternalTool,
        _ arguments: [String],
        path: String,
        host: String = "localhost"
    ) async throws -> String {
        let result = try await tool.run(
            ["-sk", "--max-time", "20", "-w", " %{http_version} %{http_code}"]
                + ["--resolve", "\(host):\(port):127.0.0.1"] + arguments + ["https://\(host):\(port)\(path)"]
        )
        return result.output
    }
}
#endif
