// SPDX-License-Identifier: Apache-2.0
// Reports in the log and in the metrics why a client was not admitted.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

extension TLSServerHandler {
    /// Reports a connection that ended before its client was admitted, and fires the error.
    func report(_ error: TLSServerError, _ context: ChannelHandlerContext) {
        TLSMetrics.handshakesRefused.increment(error.code)
        if case .certificateRefused(let code, let message, let alert) = error,
            let authenticator = validator.policy?.authenticator
        {
            // Refused clients are the authenticator's decisions, wherever they are decided.
            let failure = refusal ?? validator.failure ?? AuthenticationFailure(code: code, message: message)
            _ = authenticator.report(failure, of: refusedClient(alert: alert, context))
        } else {
            log(error, context)
        }
        context.fireErrorCaught(error)
    }

    /// The client of this connection, for the log.
    func refusedClient(alert: String?, _ context: ChannelHandlerContext) -> RefusedClient {
        let origin = origin(context)
        var facts = ConnectionFacts(
            isSecure: true,
            serverName: tls?.clientHello?.serverName ?? connection?.facts.serverName,
            peerAddress: origin.address
        )
        facts.loadBalancerAddress = origin.loadBalancer
        let chain = validator.presentedChain ?? connection?.presentedChain
        return RefusedClient(facts: facts, leaf: chain?.derEncoded.first ?? validator.screenedLeaf, alert: alert)
    }

    /// Writes one line for each failed connection, up to the listener's limit per minute for each code, then one line
    /// with the numbers of suppressed ones.
    private func log(_ error: TLSServerError, _ context: ChannelHandlerContext) {
        let logger = configuration.logger
        guard logger.logLevel <= error.level else { return }
        let limit = configuration.limits.loggedRefusalsPerMinute
        switch refusals.admission(of: error.code, at: context.eventLoop.now, limit: limit) {
        case .suppress: return
        case .beginSuppressing(let end):
            context.eventLoop.scheduleTask(deadline: end) { [refusals] in
                guard let suppressed = refusals.takeSuppressed() else { return }
                logger.notice(
                    "TLS connections failed, log lines suppressed",
                    metadata: LogMetadata(.count, suppressed.count).with(.codes, suppressed.codes).values
                )
            }
        case .log:
            let origin = origin(context)
            let metadata = LogMetadata(.code, error.code).with(.reason, error).with(.identifier, DecisionIdentifier())
                .with(.alert, error.alert)
                .from(
                    peer: origin.address,
                    via: origin.loadBalancer,
                    serverName: tls?.clientHello?.serverName
                )
            logger.log(level: error.level, "TLS connection failed", metadata: metadata.values)
        }
    }
}

extension TLSServerError {
    /// Browsers end the connection whenever they are asked for a certificate, then connect again.
    fileprivate var level: Logger.Level { self == .endedByPeer ? .debug : .info }

    /// The alert that was sent to the client; nil if none was.
    var alert: String? {
        switch self {
        case .certificateRefused(_, _, let alert), .protocolFailure(_, let alert, _),
            .serverNameRefused(_, let alert):
            alert
        case .proxyHeaderRefused, .timedOut, .endedByPeer, .truncated, .plaintextBeforeFinished, .tooMuchHeldData: nil
        }
    }
}
