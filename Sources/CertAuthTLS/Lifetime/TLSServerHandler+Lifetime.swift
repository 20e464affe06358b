// SPDX-License-Identifier: Apache-2.0
// Ends open connections when the verdict that admitted their client is no longer valid.

import CertAuth
import CertAuthOpenSSL
import NIOCore

extension TLSServerHandler {
    /// Starts to watch an admitted client that presented a certificate, or may do so later.
    func watch(over admitted: ClientCertificateConnection, _ context: ChannelHandlerContext) {
        let mayPresent = admitted.presentedChain != nil || admitted.mode == .delayed
        guard case .channel(let client) = admitted.role, client.mode != .none, mayPresent, client.authenticator != nil
        else {
            followReloads(of: admitted, context)
            return
        }
        let watch = VerdictWatch(
            of: client,
            on: context.eventLoop,
            validations: server.validations.slices(of: context.eventLoop),
            validationTimeout: TimeAmount(configuration.limits.unattendedTimeout)
        ) { [weak self] failure in
            guard let self, let context = self.context else { return }
            self.clientIsRefused(failure, context)
        }
        verdictWatch = watch
        watch.begin()
        followReloads(of: admitted, context)
    }

    /// Without a request gate, only TLS can apply a new policy to the connection.
    private func followReloads(of admitted: ClientCertificateConnection, _ context: ChannelHandlerContext) {
        guard !server.hasRequestGate else { return }
        let this = NIOLoopBound(WeakHandler(handler: self), eventLoop: context.eventLoop)
        let slices = server.validations.slices(of: context.eventLoop)
        reloads = server.changes.subscribe {
            let adoption = LoopSlices.Item(of: admitted) { this.value.handler?.policyWasReplaced(for: admitted) }
            slices.add([adoption])
        }
        if server.policies !== validator.policies { policyWasReplaced(for: admitted) }
    }

    private func policyWasReplaced(for admitted: ClientCertificateConnection) {
        guard let context, state.isActive else { return }
        guard admitted.adoptPolicyInForce() else {
            let message = "the policy of the server name was replaced by one that does not apply to the connection"
            clientIsRefused(AuthenticationFailure(code: Self.misdirected, message: message), context)
            return
        }
        verdictWatch?.validate()
    }

    /// Reports the refusal, lets requests in progress finish within the grace period, and closes.
    private func clientIsRefused(_ failure: AuthenticationFailure, _ context: ChannelHandlerContext) {
        guard state.refuseClient() else { return }
        endWatching()
        let client = refusedClient(alert: nil, context)
        (connection?.authenticator ?? validator.policy?.authenticator)?.reportEnd(failure, of: client)
        TLSMetrics.connectionsEnded.increment(failure.code.rawValue)
        let refusal = ClientRefusal(failure: failure, grace: TimeAmount(configuration.limits.refusalGrace))
        context.fireUserInboundEventTriggered(refusal)
        guard refusal.endOfEvent(), refusal.grace > .zero, state.isActive else {
            close(context, promise: nil)
            return
        }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: refusal.grace) { [weak self] in
            self?.graceDidEnd()
        }
        let (this, loop) = (NIOLoopBound(WeakHandler(handler: self), eventLoop: context.eventLoop), context.eventLoop)
        refusal.whenRequestsFinish { loop.execute { this.value.handler?.graceDidEnd() } }
    }

    private func graceDidEnd() {
        // If the connection is closing already, the deadline is that of the close.
        guard let context, state.isActive else { return }
        deadline?.cancel()
        deadline = nil
        close(context, promise: nil)
    }

    /// The same code that the gate uses for requests to a host with another policy.
    private static let misdirected = FailureCode(rawValue: ProtocolCode.misdirectedRequest.rawValue)

    /// Must be called wherever the connection ends.
    func endWatching() {
        verdictWatch?.end()
        verdictWatch = nil
        reloads = nil
    }
}

private struct WeakHandler {
    weak var handler: TLSServerHandler?
}
