// SPDX-License-Identifier: Apache-2.0
// The examples in Docs/NIOSSL.md, compiled and run.

#if NIOSSL
import CertAuth
import CertAuthHTTP
import CertAuthNIOSSL
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOEmbedded
import NIOPosix
import NIOSSL
import XCTest

// snippet of NIOSSL.md
func serve(_ tls: TLSConfiguration, _ authenticator: CertificateAuthenticator) async throws -> any Channel {
    let clients = NIOSSLClientAuthentication(authenticator: authenticator)
    let context = try NIOSSLServerContext(configuration: tls, authentication: clients)
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try context.addHandlers(to: channel)
                try channel.pipeline.syncOperations.addHandler(Greeter())
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
}

final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let client = event as? ConnectionAuthentication else {
            return context.fireUserInboundEventTriggered(event)
        }
        let greeting = context.eventLoop.makePromise(of: ByteBuffer.self)
        greeting.completeWithTask {
            let name = await client.authenticate().principal?.name
            return ByteBuffer(string: "hello \(name ?? "stranger")\n")
        }
        let channel = context.channel
        greeting.futureResult.whenSuccess { channel.writeAndFlush($0, promise: nil) }
    }
}
// end of snippet

final class DocumentTests: XCTestCase {
    func test_the_example_greets_only_accepted_clients() async throws {
        let world = try ClientWorld()
        let authority = try TestAuthority("Server Root")
        let identity = try authority.issue("localhost", .server(dnsNames: ["localhost"]))
        var configuration = try TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(NIOSSLCertificate(bytes: identity.certificateDER, format: .der))],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM().utf8), format: .pem))
        )
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        let listener = try await serve(configuration, world.adapter.authenticator)
        var client = TLSTestClient(
            address: .hostPort(host: "127.0.0.1", port: listener.localAddress?.port ?? 0),
            serverAnchorDER: authority.anchorDER,
            identity: try world.issuing.issue("alice")
        )
        client.applicationProtocols = []
        let greeting = try await client.withConnection { try await $0.read() }
        XCTAssertEqual(String(decoding: greeting, as: UTF8.self), "hello alice\n")
        client.identity = try world.issuing.issue("bob", .expired)
        let refused = try await client.ask()
        XCTAssertEqual(refused, .alert("certificate_unknown"))
        try await listener.close()
    }

    func test_a_request_on_a_frameworks_pipeline_can_authenticate_its_client() async throws {
        let world = try ClientWorld()
        let identity = try TestAuthority("Server Root").issue("localhost", .server(dnsNames: ["localhost"]))
        let configuration = try TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(NIOSSLCertificate(bytes: identity.certificateDER, format: .der))],
            privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM().utf8), format: .pem))
        )
        let context = try NIOSSLContext(configuration: configuration)
        let code = try await Self.firstAnswer(context, world.adapter.authenticator)
        XCTAssertEqual(code, .noCertificate)
    }

    private static func firstAnswer(
        _ context: NIOSSLContext,
        _ authenticator: CertificateAuthenticator
    ) async throws -> FailureCode? {
        let channel = NIOAsyncTestingChannel()
        let clients = try await channel.testingEventLoop.executeInContext {
            // snippet of NIOSSL.md, CertAuthNIOSSL.md
            let clients = NIOSSLClientAuthentication(authenticator: authenticator)
            let handler = NIOSSLServerHandler(
                context: context,
                customVerificationCallbackWithMetadata: clients.customVerificationCallbackWithMetadata
            )
            // end of snippet
            try channel.pipeline.syncOperations.addHandler(handler)
            return clients
        }
        // snippet of NIOSSL.md
        let result = await clients.authenticate(channel)
        // end of snippet
        return result.refusalCode
    }
}
#endif
