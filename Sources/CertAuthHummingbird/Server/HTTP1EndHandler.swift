// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Ends an HTTP/1.1 connection after the responses to the requests that have arrived.
///
/// Sits before Hummingbird's handler, which closes the connection once no request is left. Requests that arrive after
/// the connection must end are dropped, so that a client cannot keep it open by sending more, and the last response
/// contains `Connection: close`.
final class HTTP1EndHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The number of requests that have begun and were not answered.
    private var openRequests = 0
    private var isEnding = false
    private var isDropping = false

    /// Adds the handler to a connection after those of HTTP/1.1. Must be called on its event loop.
    static func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let http = try pipeline.handler(type: HTTPConnectionStateHandler.self)
        try pipeline.addHandler(HTTP1EndHandler(), position: .before(http))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            if isEnding { isDropping = true } else { openRequests += 1 }
        case .body, .end:
            break
        }
        if !isDropping { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isEnding = true }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isEnding && openRequests == 1 && head.status.kind != .informational:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .head, .body: break
        case .end: openRequests -= 1
        }
        context.write(data, promise: promise)
    }
}

@available(*, unavailable)
extension HTTP1EndHandler: Sendable {}
#endif
