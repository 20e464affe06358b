// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
import NIOCore

/// Waits after TLS for the client's admission, then replaces itself by the handlers of the protocol that ALPN selected.
///
/// TLS releases no plaintext before it announces the client, so nothing has to be buffered here.
final class ProtocolSelectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let setup: ConnectionSetup
    private var isPolicyReplaced = false
    private var isQuiescing = false

    init(setup: ConnectionSetup) { self.setup = setup }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let client as ClientCertificateConnection:
            select(client, context)
        case is PolicyReplacedEvent:
            isPolicyReplaced = true
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
        case is ForcedCloseEvent:
            context.close(promise: nil)
        case ChannelEvent.inputClosed as ChannelEvent:
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// TLS has already reported its errors and closes the channel. Other errors mean that the socket is closed.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !(error is TLSServerError) { context.close(promise: nil) }
    }

    private func select(_ client: ClientCertificateConnection, _ context: ChannelHandlerContext) {
        do {
            if client.facts.negotiatedProtocol == .http2 {
                try setup.installHTTP2(in: context.channel)
            } else {
                try setup.installHTTP1(in: context.channel)
            }
        } catch {
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(client)
        if isPolicyReplaced { context.fireUserInboundEventTriggered(PolicyReplacedEvent()) }
        if isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

@available(*, unavailable)
extension ProtocolSelectionHandler: Sendable {}
