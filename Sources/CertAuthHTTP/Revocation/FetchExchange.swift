// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One hop of a fetch. It ends with the first of these: the response, an error, the deadline or a cancellation.
final class FetchExchange: Sendable {
    private let request: RevocationFetchRequest
    private let policy: RevocationFetchPolicy
    private let resolver: any HostResolver
    private let loop: any EventLoop
    private let promise: EventLoopPromise<FetchedMessage>
    private let connection = Mutex(Connection())

    private struct Connection {
        var channel: (any Channel)?
        /// If true, the result of a look-up or connection that is still pending is discarded.
        var isOver = false
    }

    init(
        request: RevocationFetchRequest,
        policy: RevocationFetchPolicy,
        resolver: any HostResolver,
        loop: any EventLoop
    ) {
        self.request = request
        self.policy = policy
        self.resolver = resolver
        self.loop = loop
        promise = loop.makePromise()
    }

    func message() async throws(RevocationFetchError) -> FetchedMessage {
        let text = "\(request.url)"
        let timer = loop.scheduleTask(in: remaining) { self.promise.fail(RevocationFetchError.timedOut(url: text)) }
        promise.futureResult.whenComplete { _ in
            timer.cancel()
            let channel = self.connection.withLock { connection in
                connection.isOver = true
                return connection.channel
            }
            channel?.close(promise: nil)
        }
        addresses().whenComplete { self.connect($0) }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(RevocationFetchError.cancelled(url: text))
            }
        } catch let error as RevocationFetchError {
            throw error
        } catch {
            throw .unreachable(url: text, reason: "\(error)")
        }
    }

    private var remaining: TimeAmount { TimeAmount(max(.zero, request.deadline - .now)) }

    /// Returns the addresses of the host, looked up once and checked. Only these are connected to.
    private func addresses() -> EventLoopFuture<[IPAddress]> {
        let (request, policy, resolver) = (request, policy, resolver)
        if let literal = IPAddress(request.url.host) { return loop.makeSucceededFuture([literal]) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            let addresses = try resolver.addresses(of: request.url.host)
            try policy.check(addresses, of: request.url)
            return addresses
        }
    }

    private func connect(_ addresses: Result<[IPAddress], any Error>) {
        switch addresses {
        case .success(let addresses): connect(to: addresses.prefix(Self.mostAddresses))
        case .failure(let error): promise.fail(error)
        }
    }

    /// Tries the addresses in turn, each with an equal share of the remaining time.
    private func connect(to addresses: ArraySlice<IPAddress>) {
        guard let address = addresses.first, !connection.withLock(\.isOver) else { return }
        let target: SocketAddress
        do {
            target = try SocketAddress(ipAddress: address.description, port: request.url.port)
        } catch {
            return promise.fail(error)
        }
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(remaining.nanoseconds / Int64(addresses.count)))
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.install(in: channel) } }
            .connect(to: target)
            .whenFailure { error in
                guard addresses.count == 1 else { return self.connect(to: addresses.dropFirst()) }
                let reason = "\(address) port \(self.request.url.port): \(error)"
                self.promise.fail(RevocationFetchError.unreachable(url: "\(self.request.url)", reason: reason))
            }
    }

    private func install(in channel: any Channel) throws {
        let isOver = connection.withLock { connection in
            connection.channel = channel
            return connection.isOver
        }
        guard !isOver else { throw ChannelError.ioOnClosedChannel }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 << 10
        limits.maxHeaderListSize = 64 << 10
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: limits
        )
        try channel.pipeline.syncOperations.addHandlers(
            ResponseBytesHandler(request: request),
            HTTPRequestEncoder(),
            ByteToMessageHandler(decoder),
            FetchResponseHandler(request: request, promise: promise)
        )
    }

    private static let mostAddresses = 4
}

/// Counts what comes in before it is decoded: headers and chunk sizes without end are no way around the size limit.
final class ResponseBytesHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let error: RevocationFetchError
    private var left: Int

    init(request: RevocationFetchRequest) {
        // Room for headers, and for chunks that are small.
        left = request.maximumBytes.multipliedReportingOverflow(by: 2).partialValue &+ (128 << 10)
        error = .tooLarge(url: "\(request.url)", limit: request.maximumBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left >= 0 { context.fireChannelRead(data) } else { context.fireErrorCaught(error) }
    }
}
