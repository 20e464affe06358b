// SPDX-License-Identifier: Apache-2.0
// How an HTTP/1.1 connection ends: at a shutdown, after a reload, with its client's verdict.

import NIOCore

/// Whether a connection is about to end, and why.
///
/// Requests that were sent are answered; if there is none, one more may come. From `lastAnswerDue` on the next answer is
/// the last, whatever else was sent ahead.
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
        /// Whether the ends of requests are followed from here on, because none is arriving.
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

    /// From now on a connection that has nothing to answer waits for one more request, and closes behind its answer.
    ///
    /// HTTP/1 has no message for "send no more", so a client that sends at this moment would lose its request.
    mutating func shutdownBegan(at now: NIODeadline) -> Drain {
        if !ending.hasBegun { ending = .shutdown(lastAnswerDue: now + TimeAmount(limits.shutdownTimeout)) }
        return drain(whenIdle: .wait(idleTimeout))
    }

    /// Requests that have begun are answered; a connection that waits for its next request may have one more.
    mutating func policyWasReplaced(at now: NIODeadline) -> Drain {
        var isFirst = true
        if case .policyReplaced = ending { isFirst = false }
        ending = .policyReplaced(lastAnswerDue: ending.lastAnswerDue ?? now + TimeAmount(limits.shutdownTimeout))
        return drain(whenIdle: .adoptPolicy(thenWait: isFirst ? idleTimeout : nil))
    }

    private mutating func drain(whenIdle action: Action) -> Drain {
        // Only an answer behind which nothing was sent is the last.
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
    /// - Returns: whether such a request is under way. Otherwise TLS closes the connection.
    mutating func clientWasRefused() -> Bool {
        isLastAnswer = true
        switch phase {
        case .idle(let isHeaderArriving): return isHeaderArriving
        case .receiving, .answering, .sending, .finishing: return true
        case .closed: return false
        }
    }

    /// Whether the client may be asked for its certificate: one request, and no other byte, is there.
    ///
    /// - Parameter isBoundKnown: whether it is known where the request ends.
    func allowsLateCertificate(isBoundKnown: Bool) -> Bool {
        switch phase {
        case .answering, .sending: ahead.isRequestAlone && isBoundKnown
        case .idle, .receiving, .finishing, .closed: false
        }
    }

    /// The client did not answer the request for its certificate, which cannot be withdrawn: nothing may follow.
    mutating func lateCertificateTimedOut() { isLastAnswer = true }

    /// Whether no answer follows the one that is ready.
    func isAnsweringLast(at now: @autoclosure () -> NIODeadline) -> Bool {
        if isLastAnswer { return true }
        if let due = ending.lastAnswerDue, now() >= due { return true }
        guard !ahead.hasMoreToAnswer else { return false }
        return isInputClosed || (ending.hasBegun && !ahead.isRequestIncomplete)
    }
}
