// SPDX-License-Identifier: Apache-2.0

import CertAuth
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Answers a connection of a revocation service. It writes raw bytes, because a faulty response may not be HTTP.
final class RevocationServiceHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let service: RevocationService
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(service: RevocationService) { self.service = service }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + "," + $1 }
            service.note(.init(method: head.method.rawValue, path: head.uri, headers: headers))
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let fault = service.fault
        switch fault {
        case .silent: return
        case .connectionReset:
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case .notHTTP: send("SSH-2.0-OpenSSH_9.6\r\n", context, closes: true)
        case .endlessHeaders:
            send("HTTP/1.1 200 OK\r\n", context)
            stream("X-Filler: \(String(repeating: "f", count: 1_000))\r\n", context)
        case .huge:
            send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", context)
            stream("8000\r\n\(String(repeating: "0", count: 0x8000))\r\n", context)
        case .announcedHuge: send("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n", context)
        case .redirectLoop: redirect(to: head.uri, context)
        case .redirect(let location): redirect(to: location, context)
        case .status(let code): send("HTTP/1.1 \(code) Ordered\r\nContent-Length: 0\r\n\r\n", context, closes: true)
        case .html: send(content: Array("<!DOCTYPE html><p>Sign in".utf8), type: "text/html", context)
        case .wrongContent: send(content: Array("not DER".utf8), type: "application/pkix-crl", context)
        case .wrongSigner, .stale, .truncated, .dripFeeding, .entityTag, nil: answer(head, fault: fault, context)
        }
    }

    private func answer(_ head: HTTPRequestHead, fault: RevocationFault?, _ context: ChannelHandlerContext) {
        guard let (content, type, ownTag) = try? content(for: head, fault: fault) else {
            return send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", context, closes: true)
        }
        let tag = if case .entityTag(let ordered)? = fault { ordered } else { ownTag }
        if let tag, head.headers.first(name: "if-none-match") == tag {
            return send("HTTP/1.1 304 Not Modified\r\nETag: \(tag)\r\n\r\n", context, closes: true)
        }
        switch fault {
        case .truncated:
            let start = header(length: content.count, type: type, tag: tag)
            send(Array(start.utf8) + content.prefix(content.count / 2), context, closes: true)
        case .dripFeeding:
            drip(ByteBuffer(bytes: Array(header(length: content.count, type: type, tag: tag).utf8) + content), context)
        default: send(content: content, type: type, tag: tag, context)
        }
    }

    private func content(
        for head: HTTPRequestHead,
        fault: RevocationFault?
    ) throws -> (content: [UInt8], type: String, tag: String?)? {
        if head.uri == "/ca.cer" { return (service.certificate, "application/pkix-cert", nil) }
        if head.uri.prefix(while: { $0 != "?" }) == "/ca.crl" {
            if let fault, fault == .wrongSigner || fault == .stale {
                return (try service.defectiveList(fault), "application/pkix-crl", nil)
            }
            let list = try service.publishedList()
            return (list.derEncoded, "application/pkix-crl", list.entityTag)
        }
        guard head.uri.hasPrefix("/ocsp") else { return nil }
        let request: [UInt8]
        if head.method == .POST {
            request = Array(body.readableBytesView)
        } else {
            let component = head.uri.dropFirst("/ocsp/".count)
            guard let decoded = OCSPRequest.derEncoded(inPathComponent: component) else { return nil }
            request = decoded
        }
        return (try service.response(to: request, fault: fault), "application/ocsp-response", nil)
    }

    private func redirect(to location: String, _ context: ChannelHandlerContext) {
        send("HTTP/1.1 307 Ordered\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n", context, closes: true)
    }

    private func header(length: Int, type: String, tag: String?) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n"
            + (tag.map { "ETag: \($0)\r\n" } ?? "") + "\r\n"
    }

    private func send(content: [UInt8], type: String, tag: String? = nil, _ context: ChannelHandlerContext) {
        send(Array(header(length: content.count, type: type, tag: tag).utf8) + content, context, closes: true)
    }

    private func send(_ text: String, _ context: ChannelHandlerContext, closes: Bool = false) {
        send(Array(text.utf8), context, closes: closes)
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext, closes: Bool) {
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
        if closes {
            let channel = context.channel
            written.whenComplete { _ in channel.close(promise: nil) }
        }
    }

    /// Writes the same text repeatedly until the peer closes.
    private func stream(_ text: String, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let buffer = ByteBuffer(string: text)
        @Sendable func next() {
            channel.writeAndFlush(buffer).whenSuccess { channel.eventLoop.execute(next) }
        }
        next()
    }

    /// Writes one byte every tenth of a second.
    private func drip(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        let channel = context.channel
        @Sendable func next(_ rest: ByteBuffer) {
            var rest = rest
            guard let byte = rest.readSlice(length: 1) else { return channel.close(promise: nil) }
            let left = rest
            channel.writeAndFlush(byte).whenSuccess {
                channel.eventLoop.scheduleTask(in: .milliseconds(100)) { next(left) }
            }
        }
        next(buffer)
    }
}
