// SPDX-License-Identifier: Apache-2.0
// What the handler has to do for each event, by the phase of its connection.

import CertAuth

extension TLSServerStateMachine {
    /// What to do with ciphertext that arrived.
    enum Input: Equatable {
        /// Discard it: later bytes of the client are not used, and must not accumulate.
        case discard
        case continueHandshake
        /// Buffer it, up to the limit, until the client is admitted.
        case hold
        case exchange
        /// Look only for the client's close_notify.
        case awaitCloseNotify
    }

    /// What to read after a batch of reads.
    enum NextRead: Equatable {
        case none
        /// TLS itself needs more.
        case transport
        /// The layers above have requested a read and received nothing. The same conditions apply as for their reads.
        case layersAbove
    }

    /// What to do after the authentication of a client.
    enum Admission: Equatable {
        /// The connection has ended in the meantime.
        case ignore
        /// Admit the client. `isAuthenticated` is false for a client that is admitted without an identity.
        case admit(isAuthenticated: Bool)
        case refuse(TLSServerError)
    }

    /// What to do if the connection fails.
    struct Failure: Equatable {
        /// Log and count the error, because the client was not admitted.
        let isReported: Bool
        /// Finished is verified, so the client receives close_notify.
        let sendsCloseNotify: Bool
        /// Forget the session. A client that has not proven to know a session's secret cannot end it.
        let forgetsSession: Bool
    }

    /// What to do at the end of the transport's input.
    enum TransportEnd: Equatable {
        case ignore
        /// The connection ended before the client was admitted.
        case fail
        /// The connection was closed without close_notify. Requests in progress may still be answered.
        case truncated
        case closeChannel
    }

    // MARK: Reads

    /// Ciphertext arrived, which starts a batch of reads.
    mutating func ciphertextDidArrive() -> Input {
        let input: Input =
            switch phase {
            case .idle, .closed: .discard
            case .handshaking: .continueHandshake
            case .validating: .hold
            case .active, .refused: isInputClosed ? .discard : .exchange
            case .closing: .awaitCloseNotify
            }
        if input != .discard { reads.batchDidBegin() }
        return input
    }

    /// Plaintext was delivered to the layers above.
    mutating func didDeliver() { reads.didDeliver() }

    /// A batch of reads ended. Returns whether a read is still due for the layers above.
    mutating func readBatchDidEnd() -> Bool { reads.batchDidEnd() }

    /// What to read after the layers above were told the end of the batch.
    ///
    /// - Parameters:
    ///   - owesRead: the result of `readBatchDidEnd`.
    ///   - awaitsCertificate: whether a request for a certificate is pending.
    func nextRead(owesRead: Bool, awaitsCertificate: Bool) -> NextRead {
        switch phase {
        case .handshaking, .closing: .transport
        case .active, .refused: awaitsCertificate ? .transport : owesRead ? .layersAbove : .none
        case .idle, .validating, .closed: .none
        }
    }

    /// Whether to read from the transport for the layers above. Otherwise the read is deferred.
    ///
    /// Nothing is read during the validation of the client, or while the client does not read what was sent to it: TLS
    /// itself answers some messages (KeyUpdate, RFC 8446 section 4.6.3), and the answers would accumulate.
    mutating func readWasRequested(isWritable: Bool, awaitsCertificate: Bool) -> Bool {
        let isPossible =
            switch phase {
            case .validating: false
            case .active, .refused: isWritable || awaitsCertificate
            case .idle, .handshaking, .closing, .closed: true
            }
        return reads.readWasRequested(isPossible: isPossible)
    }

    /// Whether a deferred read must be made, now that the client has read what was sent to it.
    mutating func didBecomeWritable() -> Bool { isActive && reads.takeHeld() }

    /// Whether a deferred read must be made, now that the client is admitted.
    mutating func takeHeldRead() -> Bool { reads.takeHeld() }

    /// Whether to report the end of a batch to the layers above: data that was buffered during a hook is delivered
    /// outside of any batch.
    mutating func takeDeliveryWithoutBatch() -> Bool { reads.takeDeliveryWithoutBatch() }

    // MARK: Admission

    /// The client was authenticated, including by hooks.
    ///
    /// - Parameter isRequired: whether a client without an identity is refused.
    mutating func validationDidEnd(with result: AuthenticationResult, isRequired: Bool) -> Admission {
        guard phase == .validating else { return .ignore }
        switch result {
        case .success:
            return admit() ? .admit(isAuthenticated: true) : .ignore
        case .noResult where !isRequired:
            return admit() ? .admit(isAuthenticated: false) : .ignore
        case .noResult(let reason):
            let message = "mode 'require' needs an authenticated client, but the authenticator gave no result"
            return .refuse(.certificateRefused(code: reason.code, message: message, alert: nil))
        case .failure(let failure):
            return .refuse(.certificateRefused(code: failure.code, message: failure.message, alert: nil))
        }
    }

    /// A ticket is about to be issued. Returns false if the connection cannot send one, or has already sent its only
    /// one.
    mutating func beginTicket() -> Bool {
        guard mayIssueTicket else { return false }
        hasIssuedTicket = true
        return true
    }

    /// Whether a ticket may be issued. Each connection issues at most one.
    var mayIssueTicket: Bool { encrypts && !hasIssuedTicket }

    /// An admitted client was refused. Returns false if it was already refused, or the connection is not open.
    mutating func refuseClient() -> Bool {
        guard phase == .active else { return false }
        phase = .refused
        return true
    }

    // MARK: Ends

    /// What to do about a failure at this point. Nil if the connection is already ending.
    var failure: Failure? {
        switch phase {
        case .closing, .closed: nil
        case .idle: Failure(isReported: true, sendsCloseNotify: false, forgetsSession: true)
        case .handshaking: Failure(isReported: true, sendsCloseNotify: false, forgetsSession: false)
        case .validating: Failure(isReported: true, sendsCloseNotify: true, forgetsSession: true)
        case .active, .refused: Failure(isReported: false, sendsCloseNotify: false, forgetsSession: true)
        }
    }

    /// The client's side of the transport is shut down.
    mutating func transportInputDidClose() -> TransportEnd {
        switch phase {
        case .idle, .handshaking, .validating: .fail
        case .closing, .closed: .closeChannel
        case .active, .refused: closeInput() ? .truncated : .ignore
        }
    }

    /// The channel is closed. Returns the resulting error, if any. With `isReported` it is also logged and counted.
    mutating func channelDidClose() -> (error: TLSServerError, isReported: Bool)? {
        switch end() {
        case .handshaking, .validating: (.endedByPeer, true)
        case .active, .refused: isInputClosed ? nil : (.truncated, false)
        case .idle, .closing, .closed: nil
        }
    }
}
