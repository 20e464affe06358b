// SPDX-License-Identifier: Apache-2.0
// How an HTTP/1.1 connection ends: at a shutdown, after a reload, or when its client's verdict expires.

import NIOCore

/// Whether a connection is about to end, and why.
///
/// Requests that were sent are answered. If there is none, one more may arrive. After `lastAnswerDue` the next answer
/// is the last, even if the client has sent further requests.
enum HTTP1ConnectionEnding: Equatable {
    case none
    case shutdown(lastAnswerDue: NIODeadline)
    /// The policy that admitted the client is no longer in force.
    case policyReplaced(lastAnswerDue: NIODeadline)

    var hasBegun: Bool { if case .none = self { false } else { true } }

    var lastAnswerDue: NIODeadline? {
        switch self {
        case .none: nil
        case .shutdown(let due), .policyReplaced(let due): due
        }
    }
}

extension HTTP1ConnectionStateMachine {
    /// The first step towards the end of a connection.
    struct Drain: Equatable {
        /// Whether the ends of requests are followed from here on, because no request is arriving.
        let followsRequests: Bool
        let action: Action
    }

    /// A connection without TLS was opened.
    mutating func plainConnectionDidOpen() -> Action { .wait(TimeAmount(limits.idleTimeout)) }

    /// TLS has admitted the client.
    mutating func clientWasAdmitted() -> Action {
        if case .policyReplaced = ending { .adoptPolicy(thenWait: idleTimeout) } else { .wait(idleTimeout) }
    }

    /// How long a connection may wait for its next request.
    var idleTimeout: TimeAmount {
        switch ending {
        case .none: TimeAmount(limits.idleTimeout)
        case .shutdown: TimeAmount(limits.idleShutdownTimeout)
        case .policyReplaced: TimeAmount(limits.headerTimeout)
        }
    }

    /// From now on a connection without a request to answer waits for one more request, and closes after its answer.
    ///
    /// HTTP/1 has no message that tells the client to send no more, so a client that sends at this moment would lose
    /// its request.
    mutating func shutdownBegan(at now: NIODeadline) -> Drain {
        if !ending.hasBegun { ending = .shutdown(lastAnswerDue: now + TimeAmount(limits.shutdownTimeout)) }
        return drain(whenIdle: .wait(idleTimeout))
    }

    /// Requests that have begun are answered. A connection that waits for its next request may receive one more.
    mutating func policyWasReplaced(at now: NIODeadline) -> Drain {
        var isFirst = true
        if case .policyReplaced = ending { isFirst = false }
        ending = .policyReplaced(lastAnswerDue: ending.lastAnswerDue ?? now + TimeAmount(limits.shutdownTimeout))
        return drain(whenIdle: .adoptPolicy(thenWait: isFirst ? idleTimeout : nil))
    }

    private mutating func drain(whenIdle action: Action) -> Drain {
        // An answer is the last only if no further request has been sent.
        let hasNothingAhead = ahead.isEmpty && !ahead.isRequestIncomplete
        switch phase {
        case .idle(let isHeaderArriving):
            return Drain(followsRequests: hasNothingAhead, action: isHeaderArriving ? .none : action)
        case .answering, .sending:
            return Drain(followsRequests: hasNothingAhead, action: readAhead())
        case .receiving, .finishing, .closed:
            return Drain(followsRequests: false, action: .none)
        }
    }

    /// The verdict on the client has changed: a request that has begun is answered, and its answer is the last.
    ///
    /// - Returns: Whether such a request is in progress. Otherwise TLS closes the connection.
    mutating func clientWasRefused() -> Bool {
        isLastAnswer = true
        switch phase {
        case .idle(let isHeaderArriving): return isHeaderArriving
        case .receiving, .answering, .sending, .finishing: return true
        case .closed: return false
        }
    }

    /// Whether a certificate may be requested from the client: exactly one request, and no other byte, has arrived.
    ///
    /// - Parameter isBoundKnown: whether the end of the request is known.
    func allowsLateCertificate(isBoundKnown: Bool) -> Bool {
        switch phase {
        case .answering, .sending: ahead.isRequestAlone && isBoundKnown
        case .idle, .receiving, .finishing, .closed: false
        }
    }

    /// The client did not answer the request for its certificate, which cannot be withdrawn. No other answer may
    /// follow.
    mutating func lateCertificateTimedOut() { isLastAnswer = true }

    /// Whether the answer that is ready is the last.
    func isAnsweringLast(at now: @autoclosure () -> NIODeadline) -> Bool {
        if isLastAnswer { return true }
        if let due = ending.lastAnswerDue, now() >= due { return true }
        guard !ahead.hasMoreToAnswer else { return false }
        return isInputClosed || (ending.hasBegun && !ahead.isRequestIncomplete)
    }
}
