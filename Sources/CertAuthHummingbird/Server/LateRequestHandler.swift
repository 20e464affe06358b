// SPDX-License-Identifier: Apache-2.0
// Lets a client be asked for its certificate only while one request, and no other byte, is there.

#if Hummingbird
import CertAuthHTTP
import CertAuthTLS
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Stands among the HTTP handlers of connections in mode `delayed`.
final class LateRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A user outbound event: the body of the request that is being answered is going to be read.
    struct BodyWanted: Sendable {}

    /// Where requests end.
    private let bounds: RequestBounds
    /// Requests that have begun and have not been answered.
    private var openRequests = 0
    private var isReceiving = false
    /// Bytes behind the request that is being answered have come.
    private var hasFurtherBytes = false
    private var awaitsContinue = false
    /// The answer that is being made is the connection's last.
    private var isLastAnswer = false

    private init(bounds: RequestBounds) { self.bounds = bounds }

    /// Adds the handlers to a connection that has those of HTTP/1.1; to be called on its event loop.
    static func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let tls = try pipeline.handler(type: TLSServerHandler.self)
        let bounds = RequestBounds()
        try pipeline.addHandler(RequestBytesHandler(bounds: bounds, cutsRequests: true), position: .after(tls))
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
                // What is asked of TLS cannot be taken back, so nothing may follow on this connection.
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
