// SPDX-License-Identifier: Apache-2.0
// What a non-blocking call on a TLS connection came to.

import COpenSSL

/// The one result type of every call that drives a TLS connection.
package enum TLSOutcome: Equatable, Sendable {
    /// Done; the number of bytes it moved, zero for a handshake.
    case complete(Int)
    /// Nothing more can happen until the peer's next bytes are given in.
    case wantsMoreInput
    /// The peer said goodbye with close_notify.
    case closed
    /// The connection is broken and of no further use but to send the alert that waits in its output.
    case failed(TLSFailure)
}

/// Why a TLS connection broke.
package struct TLSFailure: Error, Equatable, Sendable {
    /// The failed call with OpenSSL's reasons.
    package let cause: OpenSSLError
    /// The alert this side sent, if any.
    package let sentAlert: TLSAlert?
    /// The alert the peer sent, if any.
    package let receivedAlert: TLSAlert?

    package init(cause: OpenSSLError, sentAlert: TLSAlert?, receivedAlert: TLSAlert?) {
        self.cause = cause
        self.sentAlert = sentAlert
        self.receivedAlert = receivedAlert
    }

    /// Whether the handshake ended because a required client certificate did not come.
    package var isMissingCertificate: Bool {
        cause.contains(library: ERR_LIB_SSL, reason: SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
    }

    /// Whether the peer announced a handshake message beyond what it may have.
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
