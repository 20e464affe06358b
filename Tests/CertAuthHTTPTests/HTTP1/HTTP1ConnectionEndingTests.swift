// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import XCTest

@testable import CertAuthHTTP

/// Half-closed connections, shutdowns, reloads, refused clients and late certificates, without a channel.
final class HTTP1ConnectionEndingTests: XCTestCase {
    private typealias Driver = HTTP1MachineDriver
    private typealias Drain = HTTP1ConnectionStateMachine.Drain

    private var driver = Driver()

    // MARK: Half-closed connections

    func test_a_half_closed_connection_without_a_complete_request_closes() {
        XCTAssertEqual(driver.state.inputDidClose(), .close)
        driver = Driver()
        _ = driver.arrive(Driver.head(.POST, "/", ["content-length": "3"]))
        XCTAssertEqual(driver.state.inputDidClose(), .close)
    }

    func test_a_half_closed_connection_answers_what_it_has() {
        _ = driver.take()
        XCTAssertEqual(driver.state.inputDidClose(), .none)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    func test_a_half_closed_connection_answers_each_request_sent_ahead_and_marks_the_last() {
        _ = driver.take("/1")
        _ = driver.arrive(Driver.head(.GET, "/2"))
        _ = driver.receive(.end(nil))
        XCTAssertEqual(driver.state.inputDidClose(), .none)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .takeQueued(within: .seconds(4)))
        _ = driver.nextQueued()
        XCTAssertEqual(driver.nextQueued(), .answer(Driver.request(.get, "/2"), body: [], trailers: [:]))
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
    }

    func test_input_that_closes_while_a_kept_answer_is_sent_closes_behind_it() {
        _ = driver.take()
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.inputDidClose(), .none)
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .takeQueued(within: .seconds(4)))
        XCTAssertEqual(driver.nextQueued(), .close)
        XCTAssertNil(driver.nextQueued())
    }

    // MARK: Shutdown

    func test_an_idle_connection_may_have_one_more_request_at_a_shutdown() {
        XCTAssertEqual(
            driver.state.shutdownBegan(at: Driver.start),
            Drain(followsRequests: true, action: .wait(.milliseconds(500)))
        )
        _ = driver.take()
        XCTAssertFalse(driver.state.mayAnswerAtOnce(), "what came along is seen first")
        XCTAssertTrue(driver.state.readWasRequested(), "what was sent ahead is read")
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .lookAhead)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    func test_a_header_that_arrives_at_a_shutdown_keeps_its_deadline() {
        _ = driver.state.bytesDidArrive(1, isBlank: false)
        XCTAssertEqual(driver.state.shutdownBegan(at: Driver.start), Drain(followsRequests: false, action: .none))
        driver = Driver()
        _ = driver.state.bytesDidArrive(2, isBlank: true)
        XCTAssertEqual(
            driver.state.shutdownBegan(at: Driver.start),
            Drain(followsRequests: true, action: .none),
            "blank lines belong to no request"
        )
        driver = Driver()
        _ = driver.arrive(Driver.head(.POST, "/", ["content-length": "3"]))
        XCTAssertEqual(driver.state.shutdownBegan(at: Driver.start), Drain(followsRequests: false, action: .none))
    }

    func test_requests_sent_ahead_of_a_shutdown_are_read_and_answered() {
        _ = driver.take("/1")
        XCTAssertFalse(driver.state.readWasRequested())
        XCTAssertEqual(driver.state.shutdownBegan(at: Driver.start), Drain(followsRequests: true, action: .read))
        _ = driver.arrive(Driver.head(.GET, "/2"))
        XCTAssertEqual(
            driver.state.shutdownBegan(at: Driver.start),
            Drain(followsRequests: false, action: .none),
            "a request is arriving, and no read is held"
        )
        _ = driver.receive(.end(nil))
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .takeQueued(within: .milliseconds(500)))
        _ = driver.nextQueued()
        XCTAssertEqual(driver.nextQueued(), .answer(Driver.request(.get, "/2"), body: [], trailers: [:]))
        XCTAssertEqual(driver.state.answerIsAwaited(), .none)
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .lookAhead)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
    }

    func test_no_more_is_read_ahead_than_the_limit() {
        _ = driver.take()
        XCTAssertEqual(driver.state.bytesDidArrive(HTTP1ReceivedAhead.mostBytes, isBlank: false), .none)
        XCTAssertFalse(driver.state.readWasRequested())
        XCTAssertEqual(driver.state.shutdownBegan(at: Driver.start).action, .none)
        XCTAssertFalse(driver.state.readWasRequested())
    }

    func test_a_read_that_was_held_is_made_once_the_queued_request_is_with_the_gate() {
        _ = driver.state.shutdownBegan(at: Driver.start)
        _ = driver.take("/1")
        _ = driver.arrive(Driver.head(.GET, "/2"), bytes: HTTP1ReceivedAhead.mostBytes)
        _ = driver.receive(.end(nil))
        XCTAssertFalse(driver.state.readWasRequested(), "the limit is reached")
        XCTAssertEqual(driver.state.answerIsAwaited(), .none)
        XCTAssertEqual(driver.giveAnswer(), .takeQueued(within: .milliseconds(500)))
        _ = driver.nextQueued()
        XCTAssertEqual(driver.nextQueued(), .answer(Driver.request(.get, "/2"), body: [], trailers: [:]))
        XCTAssertEqual(driver.state.answerIsAwaited(), .read)
        XCTAssertEqual(driver.state.answerIsAwaited(), .none, "once")
    }

    func test_half_a_request_behind_the_last_answer_is_waited_for() {
        _ = driver.state.shutdownBegan(at: Driver.start)
        _ = driver.take()
        _ = driver.state.bytesDidArrive(3, isBlank: false)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .takeQueued(within: .seconds(1)))
    }

    func test_after_the_grace_the_next_answer_is_the_last_whatever_was_sent_ahead() {
        _ = driver.take("/1")
        _ = driver.state.shutdownBegan(at: Driver.start)
        _ = driver.arrive(Driver.head(.GET, "/2"))
        _ = driver.receive(.end(nil))
        XCTAssertEqual(driver.state.shutdownBegan(at: Driver.start + .seconds(4)).action, .none)
        var early = driver
        let before = Driver.start + .seconds(5) - .nanoseconds(1)
        XCTAssertEqual(early.state.answerIsReady(at: before), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start + .seconds(5)), .lookAhead)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start + .seconds(5)), .send(keepsAlive: false))
    }

    // MARK: Reload

    func test_an_idle_connection_adopts_the_policy_in_force_and_may_have_one_more_request() {
        XCTAssertEqual(
            driver.state.policyWasReplaced(at: Driver.start),
            Drain(followsRequests: true, action: .adoptPolicy(thenWait: .seconds(1)))
        )
        XCTAssertEqual(
            driver.state.policyWasReplaced(at: Driver.start),
            Drain(followsRequests: true, action: .adoptPolicy(thenWait: nil)),
            "its time is not prolonged"
        )
        XCTAssertEqual(driver.state.clientWasAdmitted(), .adoptPolicy(thenWait: .seconds(1)))
    }

    func test_a_request_under_way_at_a_reload_is_answered_under_the_policy_that_the_gate_takes() {
        _ = driver.take()
        XCTAssertEqual(driver.state.policyWasReplaced(at: Driver.start), Drain(followsRequests: true, action: .none))
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .lookAhead)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
        driver = Driver()
        _ = driver.state.bytesDidArrive(1, isBlank: false)
        XCTAssertEqual(driver.state.policyWasReplaced(at: Driver.start), Drain(followsRequests: false, action: .none))
    }

    func test_a_reload_during_a_shutdown_shortens_the_wait_and_keeps_the_grace() {
        _ = driver.state.shutdownBegan(at: Driver.start)
        _ = driver.state.policyWasReplaced(at: Driver.start + .seconds(2))
        XCTAssertEqual(driver.state.ending, .policyReplaced(lastAnswerDue: Driver.start + .seconds(5)))
        XCTAssertEqual(driver.state.idleTimeout, .seconds(1))
        XCTAssertEqual(
            driver.state.shutdownBegan(at: Driver.start + .seconds(3)),
            Drain(followsRequests: true, action: .wait(.seconds(1)))
        )
    }

    // MARK: Refused clients

    func test_an_invalidation_ends_an_idle_connection_by_tls() {
        XCTAssertFalse(driver.state.clientWasRefused(), "no request is under way")
        driver = Driver()
        _ = driver.state.bytesDidArrive(1, isBlank: false)
        XCTAssertTrue(driver.state.clientWasRefused())
    }

    func test_an_invalidation_during_a_request_makes_its_answer_the_last() {
        _ = driver.arrive(Driver.head(.POST, "/", ["content-length": "3"]))
        XCTAssertTrue(driver.state.clientWasRefused())
        _ = driver.arrive(.body(ByteBuffer(string: "abc")))
        _ = driver.receive(.end(nil))
        _ = driver.arrive(Driver.head(.GET, "/2"))
        _ = driver.receive(.end(nil))
        guard case .send(_, keepsAlive: false) = driver.state.answerIsReady(at: Driver.start) else {
            return XCTFail("requests sent ahead are not answered")
        }
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    func test_an_invalidation_while_a_kept_answer_is_sent_closes_behind_it() {
        _ = driver.take()
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertTrue(driver.state.clientWasRefused())
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    // MARK: Late certificates

    func test_a_certificate_may_be_requested_while_one_request_and_nothing_else_is_there() {
        XCTAssertFalse(driver.state.allowsLateCertificate(isBoundKnown: true), "no request")
        _ = driver.arrive(Driver.head())
        XCTAssertFalse(driver.state.allowsLateCertificate(isBoundKnown: true), "the request is not complete")
        _ = driver.receive(.end(nil))
        XCTAssertTrue(driver.state.allowsLateCertificate(isBoundKnown: true))
        XCTAssertFalse(driver.state.allowsLateCertificate(isBoundKnown: false))
        _ = driver.state.bytesDidArrive(2, isBlank: true)
        XCTAssertTrue(driver.state.allowsLateCertificate(isBoundKnown: true), "blank lines belong to no request")
        var parsed = driver
        _ = parsed.state.parsingFailed(.malformed(.unreadable(.lfExpected)))
        XCTAssertFalse(parsed.state.allowsLateCertificate(isBoundKnown: true))
        var queued = driver
        _ = queued.receive(Driver.head())
        XCTAssertFalse(queued.state.allowsLateCertificate(isBoundKnown: true))
        _ = driver.state.bytesDidArrive(0, isBlank: false)
        XCTAssertFalse(driver.state.allowsLateCertificate(isBoundKnown: true), "bytes behind the request")
    }

    func test_a_request_for_a_certificate_that_timed_out_makes_the_answer_the_last() {
        _ = driver.take()
        driver.state.lateCertificateTimedOut()
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: false))
    }
}
