// SPDX-License-Identifier: Apache-2.0

/// The phases of a TLS connection on a server. It decides, and uses neither channel nor OpenSSL.
package struct TLSServerStateMachine {
    package enum Phase: Equatable {
        /// The channel is not active yet.
        case idle
        case handshaking
        /// Finished has been verified and hooks are running. Nothing from the client is released.
        case validating
        case active
        /// The client was refused after its admission. Requests in progress may still be answered.
        case refused
        /// close_notify or an alert was sent. Further input is discarded.
        case closing
        case closed
    }

    /// What to do about a request to close.
    package enum Closing: Equatable {
        /// Send close_notify, then wait for the peer's for a limited time.
        case sendCloseNotify
        /// There is nothing to send: close the channel.
        case closeNow
        /// The connection is already closing.
        case wait
    }

    package internal(set) var phase = Phase.idle
    /// The peer sent close_notify.
    package private(set) var isInputClosed = false
    /// We sent close_notify but still read.
    package private(set) var isOutputClosed = false
    /// Whether the connection has issued its only ticket.
    var hasIssuedTicket = false
    var reads = TLSReadFlow()

    /// Creates the state of a connection that has not begun.
    package init() {}

    /// Whether the client is admitted and the connection is open.
    package var isActive: Bool { phase == .active || phase == .refused }
    /// Whether the client is admitted and its data may be released.
    package var releasesPlaintext: Bool { isActive && !isInputClosed }
    /// Whether writes can still be sent, now or later.
    package var acceptsWrites: Bool { (isActive || isBeforeActive) && !isOutputClosed }
    /// Whether writes can be encrypted now.
    package var encrypts: Bool { isActive && !isOutputClosed }
    /// Whether the client has not been admitted yet.
    package var isBeforeActive: Bool { phase == .idle || phase == .handshaking || phase == .validating }

    /// The channel became active. Returns whether the handshake starts now.
    package mutating func start() -> Bool {
        guard phase == .idle else { return false }
        phase = .handshaking
        return true
    }

    /// Finished is verified. Returns false if the connection has left this phase in the meantime.
    package mutating func completeHandshake(validates: Bool) -> Bool {
        guard phase == .handshaking else { return false }
        phase = validates ? .validating : .active
        return true
    }

    /// The hooks admitted the client. Returns false if the connection has left this phase in the meantime.
    package mutating func admit() -> Bool {
        guard phase == .validating else { return false }
        phase = .active
        return true
    }

    /// The peer sent close_notify. Returns false if it had done so before.
    package mutating func closeInput() -> Bool {
        guard !isInputClosed else { return false }
        isInputClosed = true
        return true
    }

    /// This side closes its output. Returns whether to send close_notify.
    package mutating func closeOutput() -> Bool {
        guard isActive, !isOutputClosed else { return false }
        isOutputClosed = true
        return true
    }

    /// This side closes the connection.
    package mutating func close() -> Closing {
        switch phase {
        case .validating, .active, .refused:
            phase = .closing
            return isOutputClosed && isInputClosed ? .closeNow : .sendCloseNotify
        case .idle, .handshaking:
            phase = .closing
            return .closeNow
        case .closing: return .wait
        case .closed: return .closeNow
        }
    }

    /// The connection failed. Returns false if it was already ending.
    package mutating func fail() -> Bool {
        switch phase {
        case .closing, .closed: return false
        case .idle, .handshaking, .validating, .active, .refused:
            phase = .closing
            return true
        }
    }

    /// The channel is closed. Returns the phase in which it ended.
    package mutating func end() -> Phase {
        let last = phase
        phase = .closed
        return last
    }
}
