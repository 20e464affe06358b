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
        log(error, context)
        context.fireErrorCaught(error)
    }

    /// Writes one line for each refusal, up to the listener's limit per minute, then one line with the number of
    /// suppressed ones.
    private func log(_ error: TLSServerError, _ context: ChannelHandlerContext) {
        let logger = configuration.logger
        guard logger.logLevel <= error.level else { return }
        let limit = configuration.limits.loggedRefusalsPerMinute
        switch refusals.admission(at: context.eventLoop.now, limit: limit) {
        case .suppress: return
        case .beginSuppressing(let end):
            context.eventLoop.scheduleTask(deadline: end) { [refusals] in
                let count = refusals.takeSuppressed()
                guard count > 0 else { return }
                logger.notice(
                    "TLS clients not accepted, log lines suppressed",
                    metadata: LogMetadata(.count, count).values
                )
            }
        case .log:
            let metadata = LogMetadata(.code, error.code).with(.alert, error.alert)
                .from(peer: context.remoteAddress?.peerText, serverName: tls?.clientHello?.serverName)
            logger.log(level: error.level, "TLS client not accepted: \(error)", metadata: metadata.values)
        }
    }
}

extension TLSServerError {
    /// Operators need to see refused certificates. Other failures are usually network noise.
    fileprivate var level: Logger.Level {
        if case .certificateRefused = self { .notice } else { .info }
    }

    /// The alert that was sent to the client; nil if none was.
    var alert: String? {
        switch self {
        case .certificateRefused(_, _, let alert), .protocolFailure(_, let alert, _),
            .serverNameRefused(_, let alert):
            alert
        case .timedOut, .endedByPeer, .truncated, .plaintextBeforeFinished, .tooMuchHeldData: nil
        }
    }
}
