// SPDX-License-Identifier: Apache-2.0
// The example on the landing page of CertAuthTLS, run.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTesting
import CertAuthTestingHTTP
import NIOCore
import NIOPosix
import XCTest

final class HandlerSnippetTests: XCTestCase {
    /// Sends received data back.
    private final class EchoHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }
    }

    private func bootstrap(
        in folder: String,
        authenticator: CertificateAuthenticator,
        group: any EventLoopGroup
    ) throws -> ServerBootstrap {
        let path = FileManager.default.currentDirectoryPath
        XCTAssertTrue(FileManager.default.changeCurrentDirectoryPath(folder))
        defer { XCTAssertTrue(FileManager.default.changeCurrentDirectoryPath(path)) }
        // snippet of CertAuthTLS.md
        let identity = try ServerIdentity(certificateFile: "server.pem", keyFile: "server.key")
        let configuration = TLSServerConfiguration(identity: identity, authenticator: authenticator)
        let context = try TLSServerContext(configuration: configuration)
        let bootstrap = ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(context.makeHandler())
                try channel.pipeline.syncOperations.addHandler(EchoHandler())
            }
        }
        // end of snippet
        return bootstrap
    }

    func test_a_server_without_HTTP_accepts_exactly_the_clients_that_its_policy_accepts() async throws {
        let authority = try TestAuthority("Clients")
        var options = CertificateAuthenticationOptions(
            trust: .custom(try TrustStore(certificates: [authority.anchor]))
        )
        options.revocationMode = .noCheck
        let servers = try TestAuthority("Servers")
        let server = try servers.issue("localhost", .server(dnsNames: ["localhost"]))
        let folder = try TemporaryDirectory()
        try folder.write(server.chainPEM(), as: "server.pem")
        try folder.write(server.privateKeyPEM(), as: "server.key")
        let bootstrap = try bootstrap(
            in: folder.path,
            authenticator: try CertificateAuthenticator(options: options),
            group: MultiThreadedEventLoopGroup.singleton
        )
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        let port = try XCTUnwrap(channel.localAddress?.port)
        let address = ListenerAddress.hostPort(host: "127.0.0.1", port: port)
        func client(_ identity: TestIdentity?) -> TLSTestClient {
            var client = TLSTestClient(
                address: address,
                serverAnchorDER: servers.certificateDER,
                identity: identity
            )
            client.applicationProtocols = []
            return client
        }
        let echo = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        let answer = try await client(authority.issue("alice")).withConnection { connection in
            try await connection.write(Array(echo.utf8))
            return try await connection.readResponse()
        }
        XCTAssertEqual(answer.text, "hi")
        let refused = try await client(nil).outcome("/")
        XCTAssertEqual(refused, .alert("certificate_required"))
        let foreign = try await client(TestAuthority("Strangers").issue("mallory")).outcome("/")
        XCTAssertEqual(foreign, .alert("unknown_ca"))
        try await channel.close()
    }
}
