// SPDX-License-Identifier: Apache-2.0

import CertAuthHTTP
import NIOCore
import NIOPosix
import XCTest

/// A TCP connection without a protocol that collects the server's bytes until the server closes it.
final class PlainSocket: Sendable {
    private let channel: any Channel
    private let heard: EventLoopFuture<[UInt8]>

    init(to address: ListenerAddress) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: [UInt8].self)
        heard = promise.futureResult
        let bootstrap = ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Collector(promise: promise))
            }
        }
        switch address {
        case .hostPort(let host, let port): channel = try await bootstrap.connect(host: host, port: port).get()
        case .unixSocket(let path): channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// All bytes that the server sends until it closes the connection.
    func end() async throws -> [UInt8] { try await heard.get() }

    func exchange(_ text: String) async throws -> String {
        try await send(Array(text.utf8))
        return String(decoding: try await end(), as: UTF8.self)
    }

    func close() async { try? await channel.close() }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(promise: EventLoopPromise<[UInt8]>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // Called at the end of each channel, including one that never connected.
    func handlerRemoved(context: ChannelHandlerContext) { promise.succeed(bytes) }
}
