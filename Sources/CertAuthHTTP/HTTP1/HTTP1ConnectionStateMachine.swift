// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1

/// The state of one HTTP/1.1 connection on the server.
///
/// Each event is one call, which returns what the handler has to do. The machine uses no channel, clock or task.
/// Requests are answered one at a time. Later pipelined requests wait. They are not read from the socket if that is
/// possible.
struct HTTP1ConnectionStateMachine {
    /// The properties of a request that are needed while it is answered.
    struct AnsweredRequest: Equatable {
        let method: HTTPRequest.Method
        let version: HTTPVersion
        let keepsAlive: Bool
    }

    /// What the handler has to do.
    enum Action: Equatable {
        case none
        /// Move the deadline.
        case wait(TimeAmount)
        /// Move the deadline of the body. With `sendsContinue`, send 100 (Continue).
        case receiveBody(within: TimeAmount, sendsContinue: Bool)
        /// Remove the deadline and pass the request to the gate, then call `answerIsAwaited()`.
        case answer(HTTPRequest, body: [UInt8], trailers: HTTPFields)
        /// Send this refusal as the last answer.
        case refuse(RequestDefect)
        /// Move the deadline, then execute `nextQueued` until it returns nil.
        case takeQueued(within: TimeAmount)
        case read
        /// Adopt the policy in force. If that fails, close. Otherwise move the deadline if there is one.
        case adoptPolicy(thenWait: TimeAmount?)
        /// Cancel deadline and task, and close the channel.
        case close
    }

    /// What to do with an answer that is ready.
    enum Answer: Equatable {
        /// The connection has ended.
        case discard
        /// Ask again after the event loop has read what the socket contains.
        case lookAhead
        /// Send it, then call `answerWasSent`.
        case send(AnsweredRequest, keepsAlive: Bool)
    }

    enum Phase {
        /// No request is in progress. The header of one may have begun to arrive.
        case idle(isHeaderArriving: Bool)
        case receiving(HTTP1RequestAssembly)
        /// The gate is handling the request. `hasLookedAhead` is set once the socket was read before a last answer.
        case answering(AnsweredRequest, hasLookedAhead: Bool)
        /// An answer is being sent, after which the connection stays open.
        case sending
        /// The last answer is being sent. Later input is discarded.
        case finishing
        case closed
    }

    typealias Assembly = (HTTPRequestHead) throws(RequestDefect) -> HTTP1RequestAssembly

    let limits: HTTPSListenerLimits
    private(set) var phase = Phase.idle(isHeaderArriving: false)
    var ahead = HTTP1ReceivedAhead()
    var ending = HTTP1ConnectionEnding.none
    /// The client has closed its output. Complete requests are answered.
    private(set) var isInputClosed = false
    /// Whether no answer may follow the current one, whatever the client has sent.
    var isLastAnswer = false
    /// Whether a read is deferred until the current request is answered.
    private var isReadHeld = false
    /// Whether queued parts are being processed, further up the call stack.
    private var isTakingQueued = false
    private var promptAnswers = PromptAnswers()

    init(limits: HTTPSListenerLimits) { self.limits = limits }

    var isClosed: Bool { if case .closed = phase { true } else { false } }

    // MARK: Input

    /// Bytes are about to be decoded.
    mutating func bytesDidArrive(_ count: Int, isBlank: Bool) -> Action {
        ahead.noteArrival(of: count, isBlank: isBlank)
        switch phase {
        case .idle(isHeaderArriving: false):
            phase = .idle(isHeaderArriving: true)
            return .wait(TimeAmount(limits.headerTimeout))
        case .receiving:
            do throws(RequestDefect) {
                try changeRequest { request throws(RequestDefect) in try request.bytesDidArrive(count) }
                return .none
            } catch {
                return refuse(error)
            }
        case .answering, .sending:
            ahead.count(count, isBlank: isBlank)
            return .none
        case .idle(isHeaderArriving: true), .finishing, .closed:
            return .none
        }
    }

    /// A part of a request was decoded.
    mutating func received(_ part: HTTPServerRequestPart, assembly: Assembly) -> Action {
        if case .end = part { ahead.noteEndOfRequest() }
        switch phase {
        case .idle, .receiving: return take(part, assembly)
        case .answering, .sending:
            ahead.append(part)
            return .none
        case .finishing, .closed: return .none
        }
    }

    /// Processes the next part that arrived while a request was answered. Returns nil once nothing is left to do.
    mutating func nextQueued(assembly: Assembly) -> Action? {
        guard isTakingQueued else { return nil }
        switch phase {
        case .idle, .receiving:
            if let part = ahead.popFirst() { return take(part, assembly) }
            isTakingQueued = false
            return queueDidRunOut()
        case .answering, .sending, .finishing, .closed:
            isTakingQueued = false
            return nil
        }
    }

    private mutating func queueDidRunOut() -> Action? {
        if case .idle = phase, let defect = ahead.parseFailure { return refuse(defect) }
        if isInputClosed { return close() }
        return takeHeldRead() ? .read : nil
    }

    /// Bytes could not be parsed.
    mutating func parsingFailed(_ defect: RequestDefect) -> Action {
        switch phase {
        case .idle, .receiving: return refuse(defect)
        case .answering, .sending:
            ahead.fail(with: defect)
            return .none
        case .finishing, .closed: return .none
        }
    }

    private mutating func take(_ part: HTTPServerRequestPart, _ assembly: Assembly) -> Action {
        do throws(RequestDefect) {
            switch part {
            case .head(let head):
                guard case .idle = phase else { throw .malformed(.order) }
                let request = try assembly(head)
                phase = .receiving(request)
                return .receiveBody(within: TimeAmount(limits.bodyTimeout), sendsContinue: request.expectsContinue)
            case .body(let bytes):
                try changeRequest { request throws(RequestDefect) in try request.append(bytes) }
                return .none
            case .end(let trailers):
                guard case .receiving(let request) = phase else { throw .malformed(.order) }
                let trailers = try HTTP1RequestAssembly.fields(of: trailers)
                let answered = AnsweredRequest(
                    method: request.head.method,
                    version: request.version,
                    keepsAlive: request.keepsAlive
                )
                phase = .answering(answered, hasLookedAhead: false)
                return .answer(request.head, body: request.body, trailers: trailers)
            }
        } catch {
            return refuse(error)
        }
    }

    /// Changes the arriving request in place. The phase does not hold it during the change, so that its body is not
    /// copied.
    private mutating func changeRequest(
        _ change: (inout HTTP1RequestAssembly) throws(RequestDefect) -> Void
    ) throws(RequestDefect) {
        guard case .receiving(var request) = phase else { throw .malformed(.order) }
        phase = .idle(isHeaderArriving: false)
        try change(&request)
        phase = .receiving(request)
    }

    private mutating func refuse(_ defect: RequestDefect) -> Action {
        phase = .finishing
        return .refuse(defect)
    }

    // MARK: Answers

    /// Whether one more answer may start immediately, in this turn of the event loop.
    ///
    /// On a connection that is about to end, the answer waits until everything that arrived together was seen.
    mutating func mayAnswerAtOnce() -> Bool { !ending.hasBegun && promptAnswers.mayBegin() }

    /// A batch of reads ended.
    mutating func turnDidEnd() { promptAnswers.turnDidEnd() }

    /// The request was passed to the gate.
    mutating func answerIsAwaited() -> Action { ending.hasBegun ? readAhead() : .none }

    /// The gate has answered.
    mutating func answerIsReady(at now: @autoclosure () -> NIODeadline) -> Answer {
        guard case .answering(let request, let hasLookedAhead) = phase else { return .discard }
        let isLast = isAnsweringLast(at: now())
        if isLast, ending.hasBegun, !hasLookedAhead, request.keepsAlive {
            phase = .answering(request, hasLookedAhead: true)
            return .lookAhead
        }
        let keepsAlive = request.keepsAlive && !isLast
        phase = keepsAlive ? .sending : .finishing
        return .send(request, keepsAlive: keepsAlive)
    }

    /// The whole answer was sent, or could not be sent.
    mutating func answerWasSent(isWhole: Bool) -> Action {
        switch phase {
        case .sending where isWhole && !isLastAnswer:
            let isHeaderArriving = ahead.answerWasSent()
            phase = .idle(isHeaderArriving: isHeaderArriving)
            let time = isHeaderArriving ? TimeAmount(limits.headerTimeout) : idleTimeout
            // Answers that need no waiting call this method recursively. The outer loop continues.
            guard !isTakingQueued else { return .wait(time) }
            isTakingQueued = true
            return .takeQueued(within: time)
        case .sending, .finishing:
            // After a refusal, no request that was already sent is answered.
            return close()
        case .closed:
            return .none
        case .idle, .receiving, .answering:
            preconditionFailure("no answer was being sent")
        }
    }

    // MARK: Reading

    /// Whether to read from the channel now. Otherwise the read is deferred until the current request is answered.
    mutating func readWasRequested() -> Bool {
        switch phase {
        case .answering, .sending:
            // Requests that were sent before a shutdown are answered, so they are read before the last answer.
            guard ending.hasBegun, ahead.hasRoom, ahead.parseFailure == nil else {
                isReadHeld = true
                return false
            }
            return true
        case .idle, .receiving, .finishing, .closed:
            return true
        }
    }

    /// Reads requests that the client has sent after the one that is being answered.
    mutating func readAhead() -> Action { ahead.hasRoom && takeHeldRead() ? .read : .none }

    private mutating func takeHeldRead() -> Bool {
        defer { isReadHeld = false }
        return isReadHeld
    }

    // MARK: Ends

    /// The client has sent everything.
    mutating func inputDidClose() -> Action {
        isInputClosed = true
        switch phase {
        case .idle, .receiving: return close()
        case .answering, .sending, .finishing, .closed: return .none
        }
    }

    /// A request that does not arrive in time is answered with 408 if it has begun. Otherwise the connection closes.
    mutating func timeDidRunOut() -> Action {
        switch phase {
        case .receiving, .idle(isHeaderArriving: true): refuse(.tooSlow)
        case .idle(isHeaderArriving: false), .answering, .sending, .finishing, .closed: close()
        }
    }

    /// The connection closes now, whatever is in progress.
    mutating func close() -> Action {
        guard !isClosed else { return .none }
        channelDidClose()
        return .close
    }

    /// The channel is closed.
    mutating func channelDidClose() {
        phase = .closed
        ahead.removeAll()
    }
}
