// SPDX-License-Identifier: Apache-2.0
// What the handler has to do at each event, by the phase of its connection.

import CertAuth

extension TLSServerStateMachine {
    /// What becomes of ciphertext that arrived.
    enum Input: Equatable {
        /// Later bytes of the client are not used, and must not pile up.
        case discard
        case continueHandshake
        /// Hold it, within its limit, until the client is admitted.
        case hold
        case exchange
        /// Look for the client's goodbye alone.
        case awaitGoodbye
    }

    /// What is read next once a batch of reads is over.
    enum NextRead: Equatable {
        case none
        /// TLS itself needs more.
        case transport
        /// The layers above have asked for more and got nothing; read under the same conditions as for them.
        case layersAbove
    }

    /// What follows from the authentication of a client.
    enum Admission: Equatable {
        /// The connection has ended meanwhile.
        case ignore
        /// Let the client in. `isAuthenticated` is false for a client that is let in without an identity.
        case admit(isAuthenticated: Bool)
        case refuse(TLSServerError)
    }

    /// What has to be done when the connection fails.
    struct Failure: Equatable {
        /// Log and count the error, because the client was not admitted.
        let isReported: Bool
        /// Finished is verified, so the client is told by close_notify.
        let saysGoodbye: Bool
        /// Forget the session. A client that has not proven to hold a session's secret cannot end it.
        let forgetsSession: Bool
    }

    /// What follows from the end of the transport's input.
    enum TransportEnd: Equatable {
        case ignore
        /// The connection ended before the client was admitted.
        case fail
        /// The connection was cut without close_notify; what is under way may still be answered.
        case truncated
        case closeChannel
    }

    // MARK: Reads

    /// Ciphertext arrived, and a batch of reads has begun with it.
    mutating func ciphertextDidArrive() -> Input {
        let input: Input =
            switch phase {
            case .idle, .closed: .discard
            case .handshaking: .continueHandshake
            case .validating: .hold
            case .active, .refused: isInputClosed ? .discard : .exchange
            case .closing: .awaitGoodbye
            }
        if input != .discard { reads.batchDidBegin() }
        return input
    }

    /// Plaintext was delivered to the layers above.
    mutating func didDeliver() { reads.didDeliver() }

    /// A batch of reads is over. Returns whether a read is still owed to the layers above.
    mutating func readBatchDidEnd() -> Bool { reads.batchDidEnd() }

    /// What to read once the layers above know that the batch is over.
    ///
    /// - Parameters:
    ///   - owesRead: what `readBatchDidEnd` has returned.
    ///   - awaitsCertificate: whether a request for a certificate is not answered.
    func nextRead(owesRead: Bool, awaitsCertificate: Bool) -> NextRead {
        switch phase {
        case .handshaking, .closing: .transport
        case .active, .refused: awaitsCertificate ? .transport : owesRead ? .layersAbove : .none
        case .idle, .validating, .closed: .none
        }
    }

    /// Whether the transport is to be read for the layers above. Otherwise the read is kept.
    ///
    /// Nothing is read while the client is being judged, or does not take what it was sent: TLS itself answers some messages
    /// (KeyUpdate, RFC 8446 section 4.6.3), which would pile up.
    mutating func readWasRequested(isWritable: Bool, awaitsCertificate: Bool) -> Bool {
        let isPossible =
            switch phase {
            case .validating: false
            case .active, .refused: isWritable || awaitsCertificate
            case .idle, .handshaking, .closing, .closed: true
            }
        return reads.readWasRequested(isPossible: isPossible)
    }

    /// Whether a read was kept, which is made now that the client has taken what it was sent.
    mutating func didBecomeWritable() -> Bool { isActive && reads.takeHeld() }

    /// Whether a read was kept, which is made now that the client is admitted.
    mutating func takeHeldRead() -> Bool { reads.takeHeld() }

    /// Whether to tell the layers above of the end of a batch: what a hook's wait held back comes outside of any.
    mutating func takeDeliveryWithoutBatch() -> Bool { reads.takeDeliveryWithoutBatch() }

    // MARK: Admission

    /// The client was authenticated, hooks included.
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
            let message = "mode 'require' demands an authenticated client, the authenticator gave no result"
            return .refuse(.certificateRefused(code: reason.code, message: message, alert: nil))
        case .failure(let failure):
            return .refuse(.certificateRefused(code: failure.code, message: failure.message, alert: nil))
        }
    }

    /// A ticket is about to be issued. Returns false when the connection cannot send one, or has had its only one.
    mutating func beginTicket() -> Bool {
        guard mayIssueTicket else { return false }
        hasIssuedTicket = true
        return true
    }

    /// Whether a ticket may be issued: one a connection.
    var mayIssueTicket: Bool { encrypts && !hasIssuedTicket }

    /// An admitted client was refused. Returns false when it was refused before, or the connection is not open.
    mutating func refuseClient() -> Bool {
        guard phase == .active else { return false }
        phase = .refused
        return true
    }

    // MARK: Ends

    /// What a failure at this moment has to do; nil when the connection is ending anyway.
    var failure: Failure? {
        switch phase {
        case .closing, .closed: nil
        case .idle: Failure(isReported: true, saysGoodbye: false, forgetsSession: true)
        case .handshaking: Failure(isReported: true, saysGoodbye: false, forgetsSession: false)
        case .validating: Failure(isReported: true, saysGoodbye: true, forgetsSession: true)
        case .active, .refused: Failure(isReported: false, saysGoodbye: false, forgetsSession: true)
        }
    }

    /// The client's side of the transport is shut.
    mutating func transportInputDidClose() -> TransportEnd {
        switch phase {
        case .idle, .handshaking, .validating: .fail
        case .closing, .closed: .closeChannel
        case .active, .refused: closeInput() ? .truncated : .ignore
        }
    }

    /// The channel is gone. Returns the error that this is, if any; it is also logged and counted with `isReported`.
    mutating func channelDidClose() -> (error: TLSServerError, isReported: Bool)? {
        switch end() {
        case .handshaking, .validating: (.endedByPeer, true)
        case .active, .refused: isInputClosed ? nil : (.truncated, false)
        case .idle, .closing, .closed: nil
        }
    }
}
