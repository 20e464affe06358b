// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore
import NIOHTTP1

/// Sends one request and collects its response up to the size limit; the last handler of a fetch connection.
final class FetchResponseHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: RevocationFetchRequest
    private let promise: EventLoopPromise<FetchedMessage>
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    init(request: RevocationFetchRequest, promise: EventLoopPromise<FetchedMessage>) {
        self.request = request
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders([
            ("Host", request.url.authority), ("Accept", request.accept), ("Connection", "close"),
            ("User-Agent", "CertAuth"),
        ])
        if let tag = request.entityTag { headers.add(name: "If-None-Match", value: tag) }
        var content: [UInt8] = []
        var method = HTTPMethod.GET
        if case .post(let body, let contentType) = request.method {
            method = .POST
            content = body
            headers.add(name: "Content-Type", value: contentType)
            headers.add(name: "Content-Length", value: "\(body.count)")
        }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: request.url.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !content.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: content)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            if announced > request.maximumBytes { fail(.tooLarge(url: text, limit: request.maximumBytes), context) }
        case .body(var part):
            guard body.readableBytes + part.readableBytes <= request.maximumBytes else {
                return fail(.tooLarge(url: text, limit: request.maximumBytes), context)
            }
            body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            promise.succeed(FetchedMessage(head: head, body: body))
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? RevocationFetchError {
            fail(error, context)
        } else if error is HTTPParserError {
            fail(.malformedResponse(url: text, reason: "not HTTP, or truncated: \(error)"), context)
        } else {
            fail(.unreachable(url: text, reason: "\(error)"), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(
            head == nil
                ? RevocationFetchError.unreachable(url: text, reason: "the connection closed without a response")
                : .malformedResponse(url: text, reason: "the connection closed before the end of the response")
        )
        context.fireChannelInactive()
    }

    private var text: String { "\(request.url)" }

    private func fail(_ error: RevocationFetchError, _ context: ChannelHandlerContext) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
