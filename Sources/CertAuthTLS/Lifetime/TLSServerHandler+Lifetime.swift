// SPDX-License-Identifier: Apache-2.0
// Open connections do not outlive the verdict that let their client in.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

extension TLSServerHandler {
    /// Begins to watch over an admitted client: one that presented a certificate, or may do so later.
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
            judgementTimeout: TimeAmount(configuration.limits.handshakeTimeout)
        ) { [weak self] failure in
            guard let self, let context = self.context else { return }
            self.clientIsRefused(failure, context)
        }
        verdictWatch = watch
        watch.begin()
        followReloads(of: admitted, context)
    }

    /// Without a gate nobody but TLS brings a connection under another policy.
    private func followReloads(of admitted: ClientCertificateConnection, _ context: ChannelHandlerContext) {
        guard !server.hasRequestGate else { return }
        let this = NIOLoopBound(WeakHandler(handler: self), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        reloads = server.changes.subscribe {
            loop.execute { this.value.handler?.policyWasReplaced(for: admitted) }
        }
        if server.policies !== judge.policies { policyWasReplaced(for: admitted) }
    }

    private func policyWasReplaced(for admitted: ClientCertificateConnection) {
        guard let context, state.isActive else { return }
        guard admitted.adoptPolicyInForce() else {
            let message = "the policy of the server name was replaced by one that does not apply to the connection"
            clientIsRefused(AuthenticationFailure(code: Self.misdirected, message: message), context)
            return
        }
        verdictWatch?.judge()
    }

    /// Says why, lets requests in flight end within the grace, and closes.
    private func clientIsRefused(_ failure: AuthenticationFailure, _ context: ChannelHandlerContext) {
        guard state.refuseClient() else { return }
        endWatching()
        let metadata = LogMetadata(.code, failure.code.rawValue)
            .from(peer: context.remoteAddress?.peerText, serverName: tls?.clientHello?.serverName)
        configuration.logger.notice("TLS client is no longer accepted: \(failure)", metadata: metadata.values)
        TLSMetrics.connectionsEnded.increment(failure.code.rawValue)
        let refusal = ClientRefusal(failure: failure, grace: TimeAmount(configuration.limits.refusalGrace))
        context.fireUserInboundEventTriggered(refusal)
        guard refusal.hasRequestsInFlight, refusal.grace > .zero, state.isActive else {
            close(context, promise: nil)
            return
        }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: refusal.grace) { [weak self] in
            guard let self, let context = self.context else { return }
            self.close(context, promise: nil)
        }
    }

    /// As the gate says of requests for a host with another policy.
    private static let misdirected = FailureCode(rawValue: "misdirected-request")

    /// To be called wherever the connection ends.
    func endWatching() {
        verdictWatch?.end()
        verdictWatch = nil
        reloads = nil
    }
}

private struct WeakHandler {
    weak var handler: TLSServerHandler?
}
