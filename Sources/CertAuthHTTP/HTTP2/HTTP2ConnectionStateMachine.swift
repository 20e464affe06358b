// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP2

/// The state of one HTTP/2 connection on the server. The handlers of the streams hold its requests.
///
/// Each event is one call, which returns what the handler has to do. The machine uses no channel, clock or frame.
struct HTTP2ConnectionStateMachine {
    /// What the handler has to do.
    enum Action: Equatable {
        case none
        /// Move the deadline.
        case wait(TimeAmount)
        case liftDeadline
        /// Adopt the policy in force. If that fails, call `drain`. Otherwise move the deadline if there is one.
        case adoptPolicy(thenWait: TimeAmount?)
        /// Tell the client to open no further stream, send a PING, and move the deadline.
        case announceEnd(acknowledgedWithin: TimeAmount)
        /// Remove the deadline, send GOAWAY with this stream as the last one, and call `settle`.
        case nameLastStream(HTTP2StreamID)
        /// Send GOAWAY. TLS then closes the channel.
        case sendGoAway(HTTP2StreamID)
        /// Send GOAWAY with this error, and close the channel.
        case close(NIOHTTP2.HTTP2ErrorCode, lastStream: HTTP2StreamID)
        /// Close the channel. SwiftNIO has sent GOAWAY if there was an error, which must be reported.
        case closeChannel(reporting: NIOHTTP2.HTTP2ErrorCode?)
    }

    /// What to do if the client is refused.
    struct Refused: Equatable {
        /// Whether requests in progress are answered before TLS closes the connection.
        let finishesRequests: Bool
        let action: Action
    }

    /// The kinds of pipeline errors.
    enum PipelineError {
        /// An error of one stream, which was reset, or of the connection, which SwiftNIO has reported to the client.
        case http2
        /// TLS has reported it and closes the channel.
        case tls
        /// The socket is closed.
        case other
    }

    enum Phase: Equatable {
        case open
        /// The client was told to open no further stream. Streams that it opens before it receives this are answered.
        ///
        /// Until `headerDue` the last stream is not named while a header is arriving.
        case announced(headerDue: NIODeadline)
        /// The client knows which stream was the last. The streams up to it are answered, then the connection closes.
        case draining
        case closed
    }

    /// How long the client may take to acknowledge that no further stream may be opened.
    static let roundTrip = TimeAmount.seconds(1)

    private let limits: HTTPSListenerLimits
    private(set) var phase = Phase.open
    private var streamCount = 0
    private var lastStream = HTTP2StreamID.rootStream
    /// The number of requests that the gate is handling, including those of streams that have ended.
    private var runningRequests = 0
    private var unsentAnswers = 0
    private var isPolicyReplaced = false
    /// The client has closed its output. Complete requests are answered.
    private var isInputClosed = false
    /// The error that SwiftNIO reported to the client before it abandoned the connection.
    private var connectionError: NIOHTTP2.HTTP2ErrorCode?
    private var promptAnswers = PromptAnswers()

    init(limits: HTTPSListenerLimits) { self.limits = limits }

    /// TLS has admitted the client.
    mutating func clientWasAdmitted() -> Action { .wait(TimeAmount(limits.idleTimeout)) }

    // MARK: Streams

    /// Whether the number of streams is within the limit.
    ///
    /// SwiftNIO counts too, but with its own limit of 100 until the client has acknowledged ours.
    var mayHoldStreams: Bool { streamCount <= limits.http2.concurrentStreams }

    /// A stream was opened, and keeps the connection open.
    mutating func streamDidOpen(_ identifier: HTTP2StreamID, at now: @autoclosure () -> NIODeadline) -> Action {
        streamCount += 1
        lastStream = max(lastStream, identifier)
        guard phase == .open else { return .none }
        // The one stream that a new connection may have. It is validated by the policy in force.
        return isPolicyReplaced ? drain(at: now()) : .liftDeadline
    }

    mutating func streamDidEnd() -> Action {
        streamCount -= 1
        return settle()
    }

    /// Returns false if the maximum number of requests is already being answered.
    mutating func requestDidBegin() -> Bool {
        guard runningRequests < limits.http2.concurrentStreams else { return false }
        runningRequests += 1
        return true
    }

    mutating func requestDidEnd() { runningRequests -= 1 }

    /// Whether one more request may be answered in this turn of the event loop.
    mutating func mayAnswerAtOnce() -> Bool { promptAnswers.mayBegin() }

    /// A batch of reads ended.
    mutating func turnDidEnd() { promptAnswers.turnDidEnd() }

    mutating func answerDidBegin() { unsentAnswers += 1 }

    mutating func answerDidEnd() -> Action {
        unsentAnswers -= 1
        return settle()
    }

    private var isQuiet: Bool { streamCount == 0 && unsentAnswers == 0 }

    /// Closes or waits once nothing is in progress.
    mutating func settle() -> Action {
        guard isQuiet else { return .none }
        switch phase {
        case .open: return isInputClosed ? nameLastStream() : .wait(TimeAmount(limits.idleTimeout))
        case .announced: return isInputClosed ? nameLastStream() : .none
        case .draining: return closeChannel()
        case .closed: return .none
        }
    }

    // MARK: Ends

    /// The client has closed its output. Call `settle` after notifying its streams.
    mutating func inputDidClose() { isInputClosed = true }

    /// Ends the connection in two steps: the client is told to open no further stream, and after it has acknowledged
    /// that, which stream was the last.
    ///
    /// Many clients fail requests that cross a single GOAWAY, although they may send them again.
    ///
    /// - Source: RFC 9113 section 6.8.
    mutating func drain(at now: NIODeadline) -> Action {
        guard phase == .open else { return .none }
        guard !isInputClosed else { return nameLastStream() }
        phase = .announced(headerDue: now + TimeAmount(limits.headerTimeout))
        return .announceEnd(acknowledgedWithin: Self.roundTrip)
    }

    /// Requests that have begun are answered and are the last. A connection without any request so far may receive one,
    /// for a short time.
    mutating func policyWasReplaced(at now: NIODeadline) -> Action {
        let isFirst = !isPolicyReplaced
        isPolicyReplaced = true
        guard phase == .open else { return .none }
        guard lastStream == .rootStream else { return drain(at: now) }
        return .adoptPolicy(thenWait: isFirst ? TimeAmount(limits.headerTimeout) : nil)
    }

    /// Requests that have begun are answered within the grace period. TLS closes a connection that waits for its next
    /// request.
    mutating func clientWasRefused() -> Refused {
        switch phase {
        case .open where isQuiet, .announced where isQuiet:
            phase = .closed
            return Refused(finishesRequests: false, action: .sendGoAway(lastStream))
        case .open, .announced:
            return Refused(finishesRequests: true, action: nameLastStream())
        case .draining:
            return Refused(finishesRequests: !isQuiet, action: .none)
        case .closed:
            return Refused(finishesRequests: false, action: .none)
        }
    }

    /// The client has acknowledged that it opens no further stream.
    mutating func endWasAcknowledged() -> Action {
        guard case .announced = phase else { return .none }
        return nameLastStream()
    }

    /// The connection was idle for too long, or the client does not acknowledge the announced end.
    ///
    /// - Parameter isFrameIncomplete: whether a frame or header has begun to arrive. The client's acknowledgement
    ///   cannot arrive before its end.
    mutating func timeDidRunOut(isFrameIncomplete: Bool, at now: NIODeadline) -> Action {
        switch phase {
        case .open: drain(at: now)
        case .announced(let headerDue):
            isFrameIncomplete && now < headerDue ? .wait(Self.roundTrip) : nameLastStream()
        case .draining, .closed: .none
        }
    }

    /// Accepts no more streams. The client may repeat requests of later streams on another connection.
    private mutating func nameLastStream() -> Action {
        phase = .draining
        return .nameLastStream(lastStream)
    }

    /// SwiftNIO has sent GOAWAY. If it has an error, SwiftNIO abandons the connection.
    mutating func goAwayWasSent(_ code: NIOHTTP2.HTTP2ErrorCode) {
        if code != .noError { connectionError = code }
    }

    /// Errors of the connection and of the socket end it. Errors of a stream do not.
    mutating func errorWasCaught(_ error: PipelineError) -> Action {
        switch (phase, error) {
        case (.closed, _): .none
        case (_, _) where connectionError != nil: closeChannel(reporting: connectionError)
        case (_, .http2), (_, .tls): .none
        case (_, .other): closeChannel()
        }
    }

    /// Ends the connection immediately, whatever is in progress.
    mutating func close(_ code: NIOHTTP2.HTTP2ErrorCode) -> Action {
        guard phase != .closed else { return .none }
        phase = .closed
        return .close(code, lastStream: lastStream)
    }

    private mutating func closeChannel(reporting error: NIOHTTP2.HTTP2ErrorCode? = nil) -> Action {
        phase = .closed
        return .closeChannel(reporting: error)
    }

    /// The channel is closed.
    mutating func channelDidClose() {
        phase = .closed
        streamCount = 0
    }
}
