// SPDX-License-Identifier: Apache-2.0
// Open connections do not outlive the verdict that let their client in.

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOCore

extension ClientAdmissionHandler {
    /// Begins to watch over a client that presented a certificate.
    func watchOver(_ admitted: ConnectionAuthentication, _ context: ChannelHandlerContext) {
        // Whoever heard of the admission may have closed.
        guard case .admitted = phase, admitted.presentedChain != nil else { return }
        let watch = VerdictWatch(
            of: admitted,
            on: context.eventLoop,
            judgementTimeout: settings.handshakeTimeout
        ) { [weak self] failure in
            guard let self, let context = self.context else { return }
            self.clientIsRefused(failure, context)
        }
        self.watch = watch
        watch.begin()
    }

    /// Says why, lets requests in flight end within the grace, and closes.
    private func clientIsRefused(_ failure: AuthenticationFailure, _ context: ChannelHandlerContext) {
        guard case .admitted = phase else { return }
        watch = nil
        adapter.reportEnd(failure, peer: context.remoteAddress?.peerText)
        let refusal = ClientRefusal(failure: failure, grace: settings.refusalGrace)
        context.fireUserInboundEventTriggered(refusal)
        guard refusal.hasRequestsInFlight, refusal.grace > .zero else {
            context.close(promise: nil)
            return
        }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: refusal.grace) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }
}
#endif
