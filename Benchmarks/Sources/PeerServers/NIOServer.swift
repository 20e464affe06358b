// SPDX-License-Identifier: Apache-2.0
// SwiftNIO and NIOSSL without anything else.

import BenchmarkServing
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP/1.1 server with a fixed response that requires client certificates.
struct NIOServer {
    let folder: ServerFolder

    func run(on group: MultiThreadedEventLoopGroup) async throws {
        let context = try NIOSSLContext(configuration: TLSConfiguration.bench(folder, demandsCertificates: true))
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(HelloHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        ServerLife.tell(port: server.localAddress?.port ?? 0)
        try await server.closeFuture.get()
    }
}

extension TLSConfiguration {
    /// TLS 1.3, with the certificates of the folder.
    static func bench(_ folder: ServerFolder, demandsCertificates: Bool) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(folder.chain).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: folder.key, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv13
        if demandsCertificates {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(folder.root)
        }
        return configuration
    }
}
