// SPDX-License-Identifier: Apache-2.0
// How an HTTP/1.1 connection ends: at a shutdown, after a reload, with its client's verdict, with the client's input.

import CertAuthTLS
import NIOCore

extension HTTP1ConnectionHandler {
    /// From now on a connection that has nothing to answer waits for one more request, and closes behind its answer.
    ///
    /// HTTP/1 has no word for "send no more", so a client that sends at this moment would lose its request.
    func quiesce(_ context: ChannelHandlerContext) {
        isQuiescing = true
        lastAnswerDue = lastAnswerDue ?? context.eventLoop.now + limits.shutdownTimeout
        switch phase {
        case .idle, .responding:
            // Only an answer behind which nothing was sent is the last.
            if queue.isEmpty, !isRequestIncomplete { bounds.isFollowing = true }
        case .receiving, .finishing, .closed:
            return
        }
        if case .responding = phase { readAhead(context) }
    }

    /// Bytes of further requests that are read before the last answer is given.
    static var mostAheadBytes: Int { 64 * 1024 }

    /// Looks for requests that the client has sent behind the one that is being answered.
    func readAhead(_ context: ChannelHandlerContext) {
        guard isReadHeld, aheadBytes < Self.mostAheadBytes else { return }
        isReadHeld = false
        context.read()
    }

    var idleTimeout: TimeAmount {
        guard isQuiescing else { return limits.idleTimeout }
        return isPolicyReplaced ? limits.headerTimeout : limits.idleShutdownTimeout
    }

    /// Requests that have begun are answered; a connection that waits for its next request may have one more.
    func policyWasReplaced(_ context: ChannelHandlerContext) {
        let isFirst = !isPolicyReplaced
        isPolicyReplaced = true
        quiesce(context)
        guard case .idle = phase, !isHeaderArriving, let connection else { return }
        if !connection.adoptPolicyInForce() {
            close(context)
        } else if isFirst {
            deadline?.move(to: idleTimeout)
        }
    }

    /// What has begun is answered, and is the last; a connection that waits for its next request is closed by TLS.
    func clientIsRefused(_ refusal: ClientRefusal) {
        isLastAnswer = true
        switch phase {
        case .idle: if isHeaderArriving { refusal.finishRequests() }
        case .receiving, .responding, .finishing: refusal.finishRequests()
        case .closed: break
        }
    }

    func closeUnlessResponding(_ context: ChannelHandlerContext) {
        switch phase {
        case .idle, .receiving: close(context)
        case .responding, .finishing, .closed: break
        }
    }

    /// Whether no answer follows the one that is ready.
    func isAnsweringLast(_ context: ChannelHandlerContext) -> Bool {
        if isLastAnswer { return true }
        if isQuiescing, let lastAnswerDue, context.eventLoop.now >= lastAnswerDue { return true }
        guard queue.isEmpty, parseFailure == nil else { return false }
        return isInputClosed || (isQuiescing && !isRequestIncomplete)
    }
}
