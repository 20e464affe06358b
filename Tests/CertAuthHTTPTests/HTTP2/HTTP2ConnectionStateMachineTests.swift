// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP2
import XCTest

@testable import CertAuthHTTP

/// Streams, ends and limits of an HTTP/2 connection, without a channel.
final class HTTP2ConnectionStateMachineTests: XCTestCase {
    private typealias Action = HTTP2ConnectionStateMachine.Action
    private typealias Refused = HTTP2ConnectionStateMachine.Refused

    private static let now = NIODeadline.uptimeNanoseconds(1)
    private static let limits: HTTPSListenerLimits = {
        var limits = HTTPSListenerLimits()
        limits.headerTimeout = .seconds(3)
        limits.idleTimeout = .seconds(4)
        limits.http2.concurrentStreams = 2
        return limits
    }()

    private var state = HTTP2ConnectionStateMachine(limits: limits)

    private func open(_ stream: HTTP2StreamID) -> Action { state.streamDidOpen(stream, at: Self.now) }

    private func announce() { XCTAssertEqual(state.drain(at: Self.now), .announceEnd(acknowledgedWithin: .seconds(1))) }

    func test_a_connection_waits_while_nothing_is_under_way() {
        XCTAssertEqual(state.clientWasAdmitted(), .wait(.seconds(4)))
        XCTAssertEqual(open(1), .liftDeadline)
        state.answerDidBegin()
        XCTAssertEqual(open(3), .liftDeadline)
        XCTAssertEqual(state.streamDidEnd(), .none)
        XCTAssertEqual(state.streamDidEnd(), .none, "an answer is not sent")
        XCTAssertEqual(state.answerDidEnd(), .wait(.seconds(4)))
    }

    func test_streams_and_requests_are_counted() {
        _ = open(1)
        _ = open(3)
        XCTAssertTrue(state.mayHoldStreams)
        XCTAssertTrue(state.requestDidBegin())
        XCTAssertTrue(state.requestDidBegin())
        _ = open(5)
        XCTAssertFalse(state.mayHoldStreams)
        XCTAssertFalse(state.requestDidBegin())
        _ = state.streamDidEnd()
        XCTAssertTrue(state.mayHoldStreams)
        XCTAssertFalse(state.requestDidBegin(), "the request of a stream that is gone is still running")
        state.requestDidEnd()
        XCTAssertTrue(state.requestDidBegin())
    }

    func test_no_more_answers_begin_at_once_than_the_other_connections_can_wait_for() {
        for _ in 0..<PromptAnswers.most { XCTAssertTrue(state.mayAnswerAtOnce()) }
        XCTAssertFalse(state.mayAnswerAtOnce())
        state.turnDidEnd()
        XCTAssertTrue(state.mayAnswerAtOnce())
    }

    func test_a_shutdown_names_the_last_stream_once_the_client_has_acknowledged_it() {
        _ = open(1)
        announce()
        XCTAssertEqual(state.drain(at: Self.now), .none)
        XCTAssertEqual(open(3), .none, "opened before the client knew; the deadline goes on")
        XCTAssertEqual(state.streamDidEnd(), .none)
        XCTAssertEqual(state.streamDidEnd(), .none)
        XCTAssertEqual(state.endWasAcknowledged(), .nameLastStream(3))
        XCTAssertEqual(state.settle(), .closeChannel(reporting: nil))
        XCTAssertEqual(state.settle(), .none)
    }

    func test_streams_up_to_the_last_are_answered_before_the_connection_closes() {
        _ = open(1)
        announce()
        XCTAssertEqual(state.endWasAcknowledged(), .nameLastStream(1))
        XCTAssertEqual(state.endWasAcknowledged(), .none)
        XCTAssertEqual(state.settle(), .none)
        state.answerDidBegin()
        XCTAssertEqual(state.streamDidEnd(), .none)
        XCTAssertEqual(state.answerDidEnd(), .closeChannel(reporting: nil))
    }

    func test_an_acknowledgement_that_nothing_asked_for_is_ignored() {
        XCTAssertEqual(state.endWasAcknowledged(), .none)
        XCTAssertEqual(state.phase, .open)
    }

    func test_time_that_runs_out_announces_the_end_and_then_names_the_last_stream() {
        XCTAssertEqual(
            state.timeDidRunOut(isFrameIncomplete: true, at: Self.now),
            .announceEnd(acknowledgedWithin: .seconds(1))
        )
        let due = Self.now + .seconds(3)
        let early = due - .nanoseconds(1)
        XCTAssertEqual(state.timeDidRunOut(isFrameIncomplete: true, at: early), .wait(.seconds(1)))
        var late = state
        XCTAssertEqual(late.timeDidRunOut(isFrameIncomplete: true, at: due), .nameLastStream(.rootStream))
        XCTAssertEqual(state.timeDidRunOut(isFrameIncomplete: false, at: early), .nameLastStream(.rootStream))
        XCTAssertEqual(state.timeDidRunOut(isFrameIncomplete: false, at: early), .none)
    }

    func test_a_client_that_sends_no_more_is_answered_and_closed() {
        _ = open(1)
        state.inputDidClose()
        XCTAssertEqual(state.settle(), .none)
        XCTAssertEqual(state.streamDidEnd(), .nameLastStream(1))
        XCTAssertEqual(state.settle(), .closeChannel(reporting: nil))
    }

    func test_a_client_that_sends_no_more_is_not_waited_for_at_a_shutdown() {
        _ = open(1)
        state.inputDidClose()
        XCTAssertEqual(state.drain(at: Self.now), .nameLastStream(1))
        XCTAssertEqual(state.settle(), .none)
        state = HTTP2ConnectionStateMachine(limits: Self.limits)
        announce()
        state.inputDidClose()
        XCTAssertEqual(state.settle(), .nameLastStream(.rootStream))
    }

    func test_a_connection_without_a_request_adopts_the_policy_in_force_and_may_have_one() {
        XCTAssertEqual(state.policyWasReplaced(at: Self.now), .adoptPolicy(thenWait: .seconds(3)))
        XCTAssertEqual(state.policyWasReplaced(at: Self.now), .adoptPolicy(thenWait: nil), "its time is not prolonged")
        XCTAssertEqual(open(1), .announceEnd(acknowledgedWithin: .seconds(1)), "it is the only one")
        XCTAssertEqual(state.policyWasReplaced(at: Self.now), .none)
    }

    func test_a_connection_that_has_had_a_request_ends_with_its_policy() {
        _ = open(1)
        XCTAssertEqual(state.policyWasReplaced(at: Self.now), .announceEnd(acknowledgedWithin: .seconds(1)))
    }

    func test_an_invalidation_lets_requests_under_way_be_answered() {
        _ = open(1)
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: true, action: .nameLastStream(1)))
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: true, action: .none))
        XCTAssertEqual(state.streamDidEnd(), .closeChannel(reporting: nil))
        state = HTTP2ConnectionStateMachine(limits: Self.limits)
        _ = open(1)
        announce()
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: true, action: .nameLastStream(1)))
    }

    func test_an_invalidation_leaves_a_quiet_connection_to_tls() {
        _ = open(1)
        _ = state.streamDidEnd()
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: false, action: .sendGoAway(1)))
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: false, action: .none))
        XCTAssertEqual(state.timeDidRunOut(isFrameIncomplete: false, at: Self.now), .none)
        state = HTTP2ConnectionStateMachine(limits: Self.limits)
        announce()
        XCTAssertEqual(state.clientWasRefused(), Refused(finishesRequests: false, action: .sendGoAway(.rootStream)))
    }

    func test_a_violation_closes_at_once_and_once() {
        _ = open(1)
        XCTAssertEqual(state.close(.enhanceYourCalm), .close(.enhanceYourCalm, lastStream: 1))
        XCTAssertEqual(state.close(.streamClosed), .none)
        XCTAssertEqual(state.streamDidEnd(), .none)
        XCTAssertEqual(state.drain(at: Self.now), .none)
        XCTAssertEqual(state.policyWasReplaced(at: Self.now), .none)
        XCTAssertEqual(state.errorWasCaught(.other), .none)
    }

    func test_only_an_error_of_the_connection_closes_it() {
        XCTAssertEqual(state.errorWasCaught(.http2), .none, "one stream's")
        XCTAssertEqual(state.errorWasCaught(.tls), .none, "TLS closes")
        state.goAwayWasSent(.noError)
        XCTAssertEqual(state.errorWasCaught(.http2), .none)
        var ended = state
        XCTAssertEqual(ended.errorWasCaught(.other), .closeChannel(reporting: nil), "the socket is gone")
        state.goAwayWasSent(.protocolError)
        XCTAssertEqual(state.errorWasCaught(.http2), .closeChannel(reporting: .protocolError))
        XCTAssertEqual(state.errorWasCaught(.http2), .none)
    }

    func test_streams_that_get_room_are_notified_one_after_the_other() {
        final class Stream {}
        let streams = (0..<4).map { _ in Stream() }
        let names = streams.map { ObjectIdentifier($0) }
        var room = HTTP2RoomQueue(bytes: 2)
        XCTAssertTrue(room.enter(names[0], bytes: 2))
        XCTAssertFalse(room.enter(names[1], bytes: 1))
        XCTAssertFalse(room.enter(names[2], bytes: 1))
        XCTAssertFalse(room.enter(names[3], bytes: 1))
        XCTAssertTrue(room.leave(names[0]))
        XCTAssertEqual(room.nextAdmitted(), names[1])
        XCTAssertFalse(room.leave(names[1]), "from within: the loop goes on")
        XCTAssertEqual(room.nextAdmitted(), names[2])
        XCTAssertEqual(room.nextAdmitted(), names[3])
        XCTAssertNil(room.nextAdmitted())
        XCTAssertTrue(room.leave(names[2]))
        XCTAssertNil(room.nextAdmitted())
    }
}
