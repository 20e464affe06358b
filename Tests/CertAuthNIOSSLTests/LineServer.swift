// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthOpenSSL
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A started server on swift-nio-ssl, on a loopback port. It answers each line with one line that names the sender.
struct LineServer {
    /// The first handlers of a connection's pipeline.
    typealias SetUp = @Sendable (any Channel, TLSConfiguration) throws -> Void

    let adapter: NIOSSLClientAuthentication
    let log: ServerLog
    private let authority: TestAuthority
    private let port: Int

    /// Starts a server, passes it to `body`, and stops it.
    static func withServer<Result>(
        _ adapter: NIOSSLClientAuthentication,
        verification: CertificateVerification = .noHostnameVerification,
        greeting: String? = nil,
        beforeAnswer: @escaping @Sendable (String) async -> Void = { _ in },
        setUp: @escaping @Sendable (TLSConfiguration) throws -> @Sendable (any Channel) throws -> Void,
        _ body: (LineServer) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority("Server Root")
        let identity = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        var configuration = try TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain.map { .certificate(try NIOSSLCertificate(bytes: $0, format: .der)) },
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM().utf8), format: .pem))
        )
        configuration.certificateVerification = verification
        configuration.trustRoots = .certificates([])
        let addTLS = try setUp(configuration)
        let log = ServerLog()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addTLS(channel)
                    let handler = LineHandler(
                        adapter: adapter,
                        log: log,
                        greeting: greeting,
                        beforeAnswer: beforeAnswer
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = LineServer(
            adapter: adapter,
            log: log,
            authority: authority,
            port: listener.localAddress?.port ?? 0
        )
        do {
            let result = try await body(server)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    /// Uses the strict pipeline: `NIOSSLServerContext`.
    static func withGatedServer<Result>(
        _ adapter: NIOSSLClientAuthentication,
        verification: CertificateVerification = .noHostnameVerification,
        greeting: String? = nil,
        beforeAnswer: @escaping @Sendable (String) async -> Void = { _ in },
        _ body: (LineServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(
            adapter,
            verification: verification,
            greeting: greeting,
            beforeAnswer: beforeAnswer
        ) { configuration in
            let context = try NIOSSLServerContext(configuration: configuration, authentication: adapter)
            return { try context.addHandlers(to: $0) }
        } _: {
            try await body($0)
        }
    }

    /// The pipeline that frameworks build: NIOSSL with CertAuth's callback and nothing else.
    static func withStockServer<Result>(
        _ adapter: NIOSSLClientAuthentication,
        verification: CertificateVerification = .noHostnameVerification,
        withMetadata: Bool = false,
        _ body: (LineServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(adapter, verification: verification) { configuration in
            let context = try NIOSSLContext(configuration: configuration)
            return { channel in
                let handler =
                    withMetadata
                    ? NIOSSLServerHandler(
                        context: context,
                        customVerificationCallbackWithMetadata: adapter.customVerificationCallbackWithMetadata
                    )
                    : NIOSSLServerHandler(
                        context: context,
                        customVerificationCallback: adapter.customVerificationCallback
                    )
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        } _: {
            try await body($0)
        }
    }

    private init(adapter: NIOSSLClientAuthentication, log: ServerLog, authority: TestAuthority, port: Int) {
        self.adapter = adapter
        self.log = log
        self.authority = authority
        self.port = port
    }

    func client(_ identity: TestIdentity?, session: TLSSession? = nil) -> TLSTestClient {
        var client = TLSTestClient(
            address: .hostPort(host: "127.0.0.1", port: port),
            serverAnchorDER: authority.anchorDER,
            identity: identity
        )
        client.session = session
        client.applicationProtocols = []
        return client
    }
}

/// What the server's application received.
final class ServerLog: Sendable {
    private let entries = Mutex<[String]>([])

    var lines: [String] { entries.withLock { $0 } }

    func note(_ line: String) { entries.withLock { $0.append(line) } }
}

/// Answers each line with what is known about its sender.
final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let adapter: NIOSSLClientAuthentication
    private let log: ServerLog
    private let greeting: String?
    private let beforeAnswer: @Sendable (String) async -> Void

    init(
        adapter: NIOSSLClientAuthentication,
        log: ServerLog,
        greeting: String?,
        beforeAnswer: @escaping @Sendable (String) async -> Void
    ) {
        self.adapter = adapter
        self.log = log
        self.greeting = greeting
        self.beforeAnswer = beforeAnswer
    }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = String(buffer: unwrapInboundIn(data))
        log.note(line)
        let channel = context.channel
        let answer = context.eventLoop.makePromise(of: String.self)
        answer.completeWithTask { [adapter, beforeAnswer] in
            await beforeAnswer(line)
            return await adapter.summary(of: channel)
        }
        answer.futureResult.whenSuccess { text in
            channel.writeAndFlush(ByteBuffer(string: "\(text)\n"), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension NIOSSLClientAuthentication {
    /// `CN=alice, full, 2 certificates`, or the code of the refusal.
    func summary(of channel: any Channel) async -> String {
        guard let client = await authenticate(channel).client,
            let presented = try? await authentication(on: channel).get().presentedChain?.derEncoded.count
        else { return await authenticate(channel).refusalCode?.rawValue ?? "none" }
        let kind = client.facts.isResumed ? "resumed" : "full"
        return "\(client.certificate.subject.rfc4514), \(kind), \(presented) certificates"
    }
}
#endif
