// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The result type of every call that drives a TLS connection.
package enum TLSOutcome: Equatable, Sendable {
    /// Done. The number of bytes transferred, zero for a handshake.
    case complete(Int)
    /// No progress is possible until more bytes arrive from the peer.
    case wantsMoreInput
    /// The peer closed the connection with close_notify.
    case closed
    /// The connection has failed. Its output may contain an alert that must still be sent.
    case failed(TLSFailure)
}

/// Why a TLS connection failed.
package struct TLSFailure: Error, Equatable, Sendable {
    /// The failed call and OpenSSL's reasons.
    package let cause: OpenSSLError
    /// The alert that this side sent, if any.
    package let sentAlert: TLSAlert?
    /// The alert that the peer sent, if any.
    package let receivedAlert: TLSAlert?

    package init(cause: OpenSSLError, sentAlert: TLSAlert?, receivedAlert: TLSAlert?) {
        self.cause = cause
        self.sentAlert = sentAlert
        self.receivedAlert = receivedAlert
    }

    /// Whether the handshake ended because a required client certificate was missing.
    package var isMissingCertificate: Bool {
        cause.contains(library: ERR_LIB_SSL, reason: SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
    }

    /// Whether the peer announced a handshake message that exceeds the size limit.
    var isOversizedMessage: Bool { cause.contains(library: ERR_LIB_SSL, reason: SSL_R_EXCESSIVE_MESSAGE_SIZE) }
}

extension TLSFailure: CustomStringConvertible {
    package var description: String {
        var text = cause.description
        if let receivedAlert { text += ", the peer's alert was \(receivedAlert)" }
        if let sentAlert { text += ", alert sent: \(sentAlert)" }
        return text
    }
}
