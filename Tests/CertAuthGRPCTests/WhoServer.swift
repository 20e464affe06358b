// SPDX-License-Identifier: Apache-2.0

#if GRPC
import CertAuth
import CertAuthGRPC
import CertAuthNIOSSL
import CertAuthTesting
import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// A started server of `WhoService` on a loopback port, with TLS, and calls to it.
struct WhoServer {
    typealias Interceptors = [ConditionalInterceptor<any ServerInterceptor>]

    let authority: TestAuthority
    let port: Int
    /// Accepts no more calls and answers those in progress.
    let endGracefully: @Sendable () -> Void

    /// Starts a server, passes it to `body`, and stops it.
    ///
    /// - Parameters:
    ///   - interceptors: nil for `ClientCertificateInterceptor` on all methods.
    ///   - customize: the transport's certificate settings; by default the engine validates in the handshake.
    static func withServer<Result: Sendable>(
        _ authentication: NIOSSLClientAuthentication,
        interceptors: Interceptors? = nil,
        service: WhoService = WhoService(),
        customize: (inout HTTP2ServerTransport.Posix.TransportSecurity.TLS) -> Void = { _ in },
        _ body: (WhoServer) async throws -> Result
    ) async throws -> Result {
        let authority = try TestAuthority("Server Root")
        let identity = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        let security = try HTTP2ServerTransport.Posix.TransportSecurity.tls(
            certificateChain: identity.sources(),
            privateKey: identity.keySource()
        ) { tls in
            tls.requireClientCertificates(authentication)
            customize(&tls)
        }
        let pipeline = interceptors ?? [.apply(ClientCertificateInterceptor(authentication), to: .all)]
        return try await withGRPCServer(
            transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: security),
            services: [service],
            interceptorPipeline: pipeline
        ) { server in
            let address = try await server.transport.listeningAddress
            return try await body(
                WhoServer(authority: authority, port: address.ipv4?.port ?? 0) { server.beginGracefulShutdown() }
            )
        }
    }

    /// Connects with or without a certificate and passes the connection to `body`.
    func withClient<Result: Sendable>(
        _ identity: TestIdentity?,
        _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
    ) async throws -> Result {
        let anchor = TLSConfig.CertificateSource.bytes(authority.anchorDER, format: .der)
        let chain = identity?.sources() ?? []
        let key = try identity?.keySource()
        let security = HTTP2ClientTransport.Posix.TransportSecurity.tls { tls in
            tls.certificateChain = chain
            tls.privateKey = key
            tls.trustRoots = .certificates([anchor])
            tls.serverCertificateVerification = .noHostnameVerification
        }
        return try await withGRPCClient(
            transport: .http2NIOPosix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: security),
            handleClient: body
        )
    }

    /// Calls `test.Who/Get` once, on a new connection.
    func ask(as identity: TestIdentity?) async throws -> CallOutcome {
        try await withClient(identity) { await $0.ask() }
    }
}

/// The result of a call.
enum CallOutcome: Equatable, Sendable {
    case messages([String])
    case refused(RPCError.Code, String)

    /// Only the status, for refusals whose message is the transport's.
    var code: RPCError.Code? { if case .refused(let code, _) = self { code } else { nil } }
}

extension GRPCClient {
    /// Makes one call of `test.Who/Get`.
    func ask() async -> CallOutcome { await call(WhoService.get) }

    /// One call that sends these messages.
    func call(_ method: MethodDescriptor, _ messages: [String] = ["who"]) async -> CallOutcome {
        await call(method) { writer in
            for message in messages { try await writer.write(message) }
        } onMessage: { _ in
        }
    }

    /// One call whose messages `ask` writes; `onMessage` receives each answer when it arrives.
    func call(
        _ method: MethodDescriptor,
        ask: @escaping @Sendable (RPCWriter<String>) async throws -> Void,
        onMessage: @escaping @Sendable (String) -> Void
    ) async -> CallOutcome {
        do {
            let answers = try await bidirectionalStreaming(
                request: StreamingClientRequest(producer: ask),
                descriptor: method,
                serializer: Text(),
                deserializer: Text(),
                options: .defaults
            ) { response in
                var answers: [String] = []
                for try await message in response.messages {
                    onMessage(message)
                    answers.append(message)
                }
                return answers
            }
            return .messages(answers)
        } catch let error as RPCError {
            return .refused(error.code, error.message)
        } catch {
            return .refused(.unknown, "\(error)")
        }
    }
}

extension TestIdentity {
    func sources() -> [TLSConfig.CertificateSource] { chain.map { .bytes($0, format: .der) } }

    func keySource() throws -> TLSConfig.PrivateKeySource { .bytes(Array(try privateKeyPEM().utf8), format: .pem) }
}
#endif
