// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
import CertAuthHTTP
import NIOCore
import NIOHTTP1

/// Adds the host of an absolute target as a second Host field if it differs from the Host field.
///
/// RFC 9112 §3.2.2 requires a server to use the target's host. Hummingbird reads only the target's path, so a proxy
/// could route by one host and this server by the other. A request with two hosts is refused.
final class AbsoluteTargetHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// Adds the handler to a connection after those of HTTP/1.1. Must be called on its event loop.
    static func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: DecodedPartsHandler.self)
        try pipeline.addHandler(AbsoluteTargetHandler(), position: .after(decoder))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), !head.uri.hasPrefix("/"), head.uri != "*" else {
            return context.fireChannelRead(data)
        }
        let target = RequestTarget(head.uri, scheme: "https", isOptions: head.method == .OPTIONS)
        let host = target.map { $0.authority } ?? head.uri
        let own = head.headers.first(name: "Host")
        let isOwn = host.flatMap { host in own.map { RequestAuthority.areEqual(host, $0, scheme: "https") } } ?? false
        if let host, !isOwn { head.headers.add(name: "Host", value: host) }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
#endif
