// SPDX-License-Identifier: Apache-2.0
// Says on the log and in the metrics why a client was not let in.

import CertAuth
import CertAuthOpenSSL
import Logging
import NIOCore

extension TLSServerHandler {
    /// Reports a connection that ended before its client was let in, and fires the error.
    func report(_ error: TLSServerError, _ context: ChannelHandlerContext) {
        var metadata: Logger.Metadata = ["certauth.code": "\(error.code)"]
        if let peer = context.remoteAddress?.peerText { metadata["certauth.peer"] = "\(peer)" }
        if let name = tls?.clientHello?.serverName { metadata["certauth.server_name"] = "\(name)" }
        if let alert = error.alert { metadata["certauth.alert"] = "\(alert)" }
        configuration.logger.log(level: error.level, "TLS client not let in: \(error)", metadata: metadata)
        TLSMetrics.handshakesRefused.increment(error.code)
        context.fireErrorCaught(error)
    }
}

extension TLSServerError {
    /// A refused certificate is news for the operator, noise of the network is not.
    fileprivate var level: Logger.Level {
        if case .certificateRefused = self { .notice } else { .info }
    }

    fileprivate var alert: String? {
        switch self {
        case .certificateRefused(_, _, let alert), .protocolFailure(_, let alert, _),
            .serverNameRefused(_, let alert):
            alert
        case .timedOut, .endedByPeer, .truncated, .plaintextBeforeFinished, .tooMuchHeldData: nil
        }
    }
}
