// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Permits a request for a certificate only while exactly one HTTP request, and no other byte, has arrived.
///
/// Installed among the HTTP handlers of connections in mode `delayed`.
final class LateRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A user outbound event: the body of the request that is being answered is about to be read.
    struct BodyWanted: Sendable {}

    /// The ends of requests.
    private let bounds: RequestBounds
    /// The number of requests that have begun and were not answered.
    private var openRequests = 0
    private var isReceiving = false
    /// Whether bytes have arrived after the request that is being answered.
    private var hasFurtherBytes = false
    private var awaitsContinue = false
    /// Whether the current response is the connection's last.
    private var isLastAnswer = false

    private init(bounds: RequestBounds) { self.bounds = bounds }

    /// Adds the handlers to a connection after those of HTTP/1.1. Must be called on its event loop.
    static func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: ByteToMessageHandler<RequestDecoder>.self)
        let bounds = RequestBounds()
        // Behind the ALPN handler, which holds the first bytes back.
        try pipeline.addHandler(RequestBytesHandler(bounds: bounds, cutsRequests: true), position: .before(decoder))
        let http = try pipeline.handler(type: HTTPConnectionStateHandler.self)
        try pipeline.addHandler(LateRequestHandler(bounds: bounds), position: .before(http))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            bounds.headDidArrive(
                isChunked: head.headerFields[.transferEncoding] != nil,
                contentLength: head.headerFields[.contentLength]
            )
            openRequests += 1
            isReceiving = true
            awaitsContinue = head.headerFields[.expect]?.lowercased() == "100-continue"
        case .body:
            awaitsContinue = false
        case .end:
            bounds.requestDidEnd()
            isReceiving = false
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let arrival = event as? RequestBytesHandler.Arrival else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        if openRequests > 0, !isReceiving, !arrival.isBlank { hasFurtherBytes = true }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isLastAnswer && head.status.kind != .informational:
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            openRequests -= 1
            if openRequests == 0 { hasFurtherBytes = false }
            guard isLastAnswer else {
                context.write(data, promise: promise)
                return
            }
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        default:
            context.write(data, promise: promise)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event {
        case is BodyWanted:
            promise?.succeed()
            guard awaitsContinue, isReceiving else { return }
            awaitsContinue = false
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        case let request as LateCertificateRequest:
            guard openRequests == 1, !isReceiving, !hasFurtherBytes, !bounds.isLost, !isLastAnswer else {
                promise?.succeed()
                request.answer.fail(LateCertificateError.pipelined)
                return
            }
            request.answer.futureResult.assumeIsolated().whenFailure { [weak self] error in
                // The request to the client cannot be withdrawn, so nothing may follow on this connection.
                if case LateCertificateError.timedOut = error { self?.isLastAnswer = true }
            }
            context.triggerUserOutboundEvent(event, promise: promise)
        default:
            context.triggerUserOutboundEvent(event, promise: promise)
        }
    }
}

@available(*, unavailable)
extension LateRequestHandler: Sendable {}
#endif
