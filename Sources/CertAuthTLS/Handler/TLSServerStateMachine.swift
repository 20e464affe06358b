// SPDX-License-Identifier: Apache-2.0
// The phases of a TLS connection on a server, and which step may follow which.

/// The phases of a TLS connection on a server; decides, and touches neither channel nor OpenSSL.
package struct TLSServerStateMachine {
    package enum Phase: Equatable {
        /// The channel is not active yet.
        case idle
        case handshaking
        /// Finished has been verified, hooks are being asked; nothing of the client's is released.
        case validating
        case active
        /// The client was refused after its admission; requests in flight may still be answered.
        case refused
        /// A goodbye or an alert is out; what still comes is thrown away.
        case closing
        case closed
    }

    /// What a request to close calls for.
    package enum Closing: Equatable {
        /// Send close_notify, then wait a while for the peer's.
        case sayGoodbye
        /// Nothing to say: close the channel.
        case closeNow
        /// Closing already.
        case wait
    }

    package internal(set) var phase = Phase.idle
    /// The peer sent close_notify.
    package private(set) var isInputClosed = false
    /// We sent close_notify but still read.
    package private(set) var isOutputClosed = false
    /// Whether the connection has had its only ticket.
    var hasIssuedTicket = false
    var reads = TLSReadFlow()

    /// A connection that has not begun.
    package init() {}

    /// Whether the client has been let in and the connection is open.
    package var isActive: Bool { phase == .active || phase == .refused }
    /// Whether the client has been let in and its bytes may be released.
    package var releasesPlaintext: Bool { isActive && !isInputClosed }
    /// Whether what is written can still be sent, now or later.
    package var acceptsWrites: Bool { (isActive || isBeforeActive) && !isOutputClosed }
    /// Whether writes can be encrypted now.
    package var encrypts: Bool { isActive && !isOutputClosed }
    /// Whether the client has not been let in yet.
    package var isBeforeActive: Bool { phase == .idle || phase == .handshaking || phase == .validating }

    /// The channel became active. Returns whether the handshake begins with that.
    package mutating func start() -> Bool {
        guard phase == .idle else { return false }
        phase = .handshaking
        return true
    }

    /// Finished is verified. Returns false when the connection has gone elsewhere meanwhile.
    package mutating func completeHandshake(validates: Bool) -> Bool {
        guard phase == .handshaking else { return false }
        phase = validates ? .validating : .active
        return true
    }

    /// The hooks let the client in. Returns false when the connection has gone elsewhere meanwhile.
    package mutating func admit() -> Bool {
        guard phase == .validating else { return false }
        phase = .active
        return true
    }

    /// The peer said goodbye. Returns whether that is news.
    package mutating func closeInput() -> Bool {
        guard !isInputClosed else { return false }
        isInputClosed = true
        return true
    }

    /// This side wants to write no more. Returns whether close_notify is to be sent.
    package mutating func closeOutput() -> Bool {
        guard isActive, !isOutputClosed else { return false }
        isOutputClosed = true
        return true
    }

    /// This side wants to close.
    package mutating func close() -> Closing {
        switch phase {
        case .validating, .active, .refused:
            phase = .closing
            return isOutputClosed && isInputClosed ? .closeNow : .sayGoodbye
        case .idle, .handshaking:
            phase = .closing
            return .closeNow
        case .closing: return .wait
        case .closed: return .closeNow
        }
    }

    /// The connection cannot go on. Returns false when it was ending anyway.
    package mutating func fail() -> Bool {
        switch phase {
        case .closing, .closed: return false
        case .idle, .handshaking, .validating, .active, .refused:
            phase = .closing
            return true
        }
    }

    /// The channel is gone. Returns the phase it ended in.
    package mutating func end() -> Phase {
        let last = phase
        phase = .closed
        return last
    }
}
