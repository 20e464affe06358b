// SPDX-License-Identifier: Apache-2.0
// Ends open connections when the verdict that admitted their client no longer holds.

#if NIOSSL
internal import CertAuth
internal import CertAuthTLS
internal import NIOCore

extension ClientAdmissionHandler {
    /// Starts to watch a client that presented a certificate.
    func watchOver(_ admitted: ConnectionAuthentication, _ context: ChannelHandlerContext) {
        // A receiver of the admission may have closed the channel.
        guard case .admitted = phase, admitted.presentedChain != nil else { return }
        let watch = VerdictWatch(
            of: admitted,
            on: context.eventLoop,
            validations: adapter.validations.slices(of: context.eventLoop),
            // No person takes part.
            validationTimeout: min(settings.handshakeTimeout, TimeAmount(TLSServerLimits().unattendedTimeout))
        ) { [weak self] failure in
            guard let self, let context = self.context else { return }
            self.clientIsRefused(failure, context)
        }
        self.watch = watch
        watch.begin()
    }

    /// Reports the refusal, lets requests in flight finish within the grace period, and closes.
    private func clientIsRefused(_ failure: AuthenticationFailure, _ context: ChannelHandlerContext) {
        guard case .admitted = phase else { return }
        watch = nil
        adapter.reportEnd(failure, peer: context.remoteAddress?.peerText)
        let refusal = ClientRefusal(failure: failure, grace: settings.refusalGrace)
        context.fireUserInboundEventTriggered(refusal)
        guard refusal.endOfEvent(), refusal.grace > .zero else {
            context.close(promise: nil)
            return
        }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: refusal.grace) { [weak self] in
            self?.context?.close(promise: nil)
        }
        let channel = context.channel
        // Responses that other threads have written are in the queue of the event loop.
        refusal.whenRequestsFinish { channel.eventLoop.execute { channel.close(promise: nil) } }
    }
}
#endif
