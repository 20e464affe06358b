// SPDX-License-Identifier: Apache-2.0
// The header of the PROXY protocol that a load balancer sends before the client's TLS.

import CertAuth
import NIOCore

extension TLSServerHandler {
    /// Starts the handshake, after the header of the load balancer where one is required.
    ///
    /// The TLS connection is created after the header, so that a peer without a header costs little.
    func begin(_ context: ChannelHandlerContext) {
        guard let policy = configuration.proxyProtocol else { return start(context) }
        guard state.phase == .idle, openedAt == nil else { return }
        let now = context.eventLoop.now
        openedAt = now
        opening = ProxyOpening(policy: policy)
        let timeout = TimeAmount(min(policy.headerTimeout, configuration.limits.handshakeTimeout))
        deadline = context.eventLoop.assumeIsolated().scheduleTask(deadline: now + timeout) { [weak self] in
            guard let self, let context = self.context else { return }
            let reason = "the load balancer did not send a whole header of the PROXY protocol in time"
            self.fail(.proxyHeaderRefused(code: ProtocolCode.proxyHeaderTimeout.rawValue, reason: reason), context)
        }
        context.channel.socketPeer().assumeIsolated().whenComplete { [weak self] result in
            guard let self, let context = self.context, self.opening != nil else { return }
            self.peerIsKnown((try? result.get()) ?? .unknown, policy, context)
        }
    }

    private func peerIsKnown(
        _ peer: ConnectionPeer,
        _ policy: ProxyProtocolPolicy,
        _ context: ChannelHandlerContext
    ) {
        guard policy.names(peer) else {
            // A health check may have closed its connection before it was accepted: then the system knows no peer.
            guard context.remoteAddress != nil else { return fail(.endedByPeer, context) }
            let reason =
                "the peer is not a load balancer that is named for the PROXY protocol; expected: connections through a load "
                + "balancer only"
            fail(.proxyHeaderRefused(code: ProtocolCode.proxyHeaderUntrusted.rawValue, reason: reason), context)
            return
        }
        opening?.isPeerNamed = true
        context.read()
    }

    /// Passes bytes to the header's parser. What follows the header belongs to TLS.
    func receiveProxyHeader(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard opening?.isPeerNamed == true, let progress = opening?.parser.receive(bytes.readableBytesView) else {
            return
        }
        switch progress {
        case .incomplete: break
        case .refused(let fault):
            let code = ProtocolCode.proxyHeaderMalformed.rawValue
            fail(.proxyHeaderRefused(code: code, reason: fault.description), context)
        case .complete(let header, let count):
            opening = nil
            announced = header
            deadline?.cancel()
            deadline = nil
            start(context)
            var rest = bytes
            rest.moveReaderIndex(forwardBy: count)
            if rest.readableBytes > 0 { channelRead(context: context, data: wrapInboundOut(rest)) }
        }
    }

    /// Where the connection comes from.
    func origin(_ context: ChannelHandlerContext) -> ConnectionOrigin {
        ConnectionOrigin(socket: context.remoteAddress, header: announced)
    }
}
