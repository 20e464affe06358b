// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import NIOCore
import NIOHTTP2

/// Ends an HTTP/2 connection without losing responses in progress.
///
/// Sits after SwiftNIO's HTTP/2 handler, before Hummingbird's. When the connection must end, the client is told which
/// stream was the last, the streams up to it are answered, and then the connection closes. SwiftNIO treats frames on
/// later streams as errors. A client may send them until it has received GOAWAY (RFC 9113 section 6.8), so they do not
/// end the connection.
///
/// A connection that Hummingbird ends because it is idle or too old ends in the same way: Hummingbird itself waits for
/// an acknowledgement that a silent client never sends.
final class HTTP2EndHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// How long requests in progress may take. Nil is unlimited.
    private let timeout: TimeAmount?
    private var context: ChannelHandlerContext?
    private var openStreams: Set<ObjectIdentifier> = []
    private var lastStream = HTTP2StreamID.rootStream
    private var isDraining = false
    private var deadline: Scheduled<Void>?

    init(timeout: Duration?) { self.timeout = timeout.map { TimeAmount($0) } }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isDraining, Self.isOfLaterStream(error) else { return context.fireErrorCaught(error) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data).payload {
        case .goAway(_, errorCode: .noError, _):
            promise?.succeed()
            drain()
        case .ping(_, ack: false) where isDraining:
            promise?.succeed()
        default:
            context.write(data, promise: promise)
        }
    }

    /// The channel of one connection whose streams this handler observes.
    func watching(_ http2: HTTP2Channel, on loop: any EventLoop) -> HTTP2Channel {
        let this = NIOLoopBound(self, eventLoop: loop)
        var configuration = http2.configuration
        let others = configuration.streamConfiguration.additionalChannelHandlers
        configuration.streamConfiguration.additionalChannelHandlers = {
            others() + [HTTP2StreamWatch(connection: this.value)]
        }
        // This channel sets up the streams, and the server's own answers them.
        return HTTP2Channel(responder: { _, _, _ in }, configuration: configuration)
    }

    /// Adds the handler to a connection after those of HTTP/2. Must be called on its event loop.
    func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let http2 = try pipeline.handler(type: NIOHTTP2Handler.self)
        try pipeline.addHandler(self, position: .after(http2))
    }

    /// Answers the requests that have begun, then closes.
    func drain() {
        guard !isDraining, let context else { return }
        isDraining = true
        let goAway = HTTP2Frame.FramePayload.goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil)
        context.writeAndFlush(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: goAway)), promise: nil)
        closeWhenDrained()
        guard let timeout else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    fileprivate func streamDidBegin(_ stream: any Channel) {
        openStreams.insert(ObjectIdentifier(stream))
        let identifier = try? stream.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        lastStream = max(lastStream, identifier ?? lastStream)
    }

    fileprivate func streamDidEnd(_ stream: any Channel) {
        guard openStreams.remove(ObjectIdentifier(stream)) != nil, isDraining else { return }
        closeWhenDrained()
    }

    private func closeWhenDrained() {
        guard openStreams.isEmpty, let context else { return }
        // The last frame of the stream that has just ended is not written yet, so this happens later.
        context.eventLoop.assumeIsolated().execute { [weak self] in
            guard let self, let context = self.context, self.openStreams.isEmpty else { return }
            context.close(promise: nil)
        }
    }

    private func end() {
        context = nil
        deadline?.cancel()
        deadline = nil
    }

    /// Whether SwiftNIO reports the error for a frame on a stream after the last one.
    private static func isOfLaterStream(_ error: any Error) -> Bool {
        error is NIOHTTP2Errors.StreamError || error is NIOHTTP2Errors.NoSuchStream
            || error is NIOHTTP2Errors.RaisedGoawayLastStreamID
    }
}

@available(*, unavailable)
extension HTTP2EndHandler: Sendable {}

/// Reports to the connection when one of its streams begins and ends.
private final class HTTP2StreamWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let connection: HTTP2EndHandler
    private var stream: (any Channel)?

    init(connection: HTTP2EndHandler) { self.connection = connection }

    func handlerAdded(context: ChannelHandlerContext) {
        stream = context.channel
        connection.streamDidBegin(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        guard let stream else { return }
        self.stream = nil
        connection.streamDidEnd(stream)
    }
}
#endif
