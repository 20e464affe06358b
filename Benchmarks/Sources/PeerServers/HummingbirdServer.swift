// SPDX-License-Identifier: Apache-2.0
// Hummingbird with its own TLS, and with ours.

import BenchmarkServing
import CertAuth
import CertAuthHummingbird
import CertAuthTLS
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import X509

/// An application with one route.
struct HummingbirdServer {
    let folder: ServerFolder
    private static let silent = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    /// On NIOSSL. The client's certificate is not read.
    func run(demandsCertificates: Bool, on group: MultiThreadedEventLoopGroup) async throws {
        let router = Router()
        router.get("/") { _, _ in "hello" }
        let tls = try TLSConfiguration.bench(folder, demandsCertificates: demandsCertificates)
        try await run(router, .tls(.http1(), tlsConfiguration: tls), on: group)
    }

    /// On NIOSSL; each request reads the client's certificate and parses it.
    func runWithSubjects(on group: MultiThreadedEventLoopGroup) async throws {
        let router = Router(context: ChannelContext.self)
        router.get("/") { _, context in
            guard let presented = try await context.channel.nioSSL_peerCertificate().get() else {
                throw HTTPError(.forbidden)
            }
            return "hello \(try X509.Certificate(derEncoded: presented.toDERBytes()).subject)"
        }
        let tls = try TLSConfiguration.bench(folder, demandsCertificates: true)
        try await run(router, .tls(.http1(), tlsConfiguration: tls), on: group)
    }

    /// On our channel; the principal is read in each request.
    func runWithPrincipals(on group: MultiThreadedEventLoopGroup) async throws {
        let router = Router(context: BasicClientCertificateRequestContext.self)
        router.add(middleware: OptionalClientCertificateMiddleware())
        router.get("/") { _, context in "hello \(try context.requirePrincipal().name ?? "?")" }
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(files: [folder.root])))
        options.revocationMode = .noCheck
        let authenticator = try CertificateAuthenticator(
            options: options,
            cache: LRUCertificateValidationCache(capacity: 4096),
            logger: Self.silent
        )
        let identity = try ServerIdentity(certificateFile: folder.chain, keyFile: folder.key)
        var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator, mode: .require)
        tls.logger = Self.silent
        try await run(router, .certAuth(http: .http1, tls: tls), on: group)
    }

    private func run<Context: RequestContext>(
        _ router: Router<Context>,
        _ server: HTTPServerBuilder,
        on group: MultiThreadedEventLoopGroup
    ) async throws where Context.Source == ApplicationRequestContextSource {
        let application = Application(
            router: router,
            server: server,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0), backlog: 1024),
            onServerRunning: { ServerLife.tell(port: $0.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(group),
            logger: Self.silent
        )
        try await application.runService(gracefulShutdownSignals: [])
    }
}
