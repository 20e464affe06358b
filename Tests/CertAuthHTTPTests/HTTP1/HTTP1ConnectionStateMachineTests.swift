// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import XCTest

@testable import CertAuthHTTP

/// Requests, bodies, pipelines and time limits, without a channel.
final class HTTP1ConnectionStateMachineTests: XCTestCase {
    private typealias Driver = HTTP1MachineDriver

    private var driver = Driver()

    func test_a_request_goes_from_its_first_byte_to_the_next_wait() {
        XCTAssertEqual(driver.state.plainConnectionDidOpen(), .wait(.seconds(4)))
        XCTAssertEqual(driver.state.clientWasAdmitted(), .wait(.seconds(4)))
        XCTAssertEqual(driver.state.bytesDidArrive(5, isBlank: false), .wait(.seconds(1)))
        XCTAssertEqual(driver.state.bytesDidArrive(5, isBlank: false), .none, "the deadline runs from the first byte")
        XCTAssertEqual(
            driver.receive(Driver.head(.GET, "/a")),
            .receiveBody(within: .seconds(2), sendsContinue: false)
        )
        XCTAssertEqual(driver.receive(.end(nil)), .answer(Driver.request(.get, "/a"), body: [], trailers: [:]))
        XCTAssertTrue(driver.state.mayAnswerAtOnce())
        XCTAssertEqual(driver.state.answerIsAwaited(), .none)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .send(keepsAlive: true))
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .takeQueued(within: .seconds(4)))
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.bytesDidArrive(5, isBlank: false), .wait(.seconds(1)), "the next request")
    }

    func test_a_body_and_its_trailers_reach_the_gate() {
        let fields: HTTPHeaders = ["transfer-encoding": "chunked"]
        _ = driver.arrive(Driver.head(.POST, "/", fields))
        XCTAssertEqual(driver.arrive(.body(ByteBuffer(string: "abc"))), .none)
        XCTAssertEqual(driver.arrive(.body(ByteBuffer(string: "defgh"))), .none)
        let action = driver.receive(.end(["x-sum": "1"]))
        guard case .answer(let request, let body, let trailers) = action else { return XCTFail("\(action)") }
        XCTAssertEqual(request.method, .post)
        XCTAssertEqual(body, Array("abcdefgh".utf8))
        XCTAssertEqual(trailers.map(\.value), ["1"])
    }

    func test_a_body_beyond_its_limit_is_refused() {
        XCTAssertEqual(driver.arrive(Driver.head(.POST, "/", ["content-length": "9"])), .refuse(.bodyTooLarge))
        driver = Driver()
        _ = driver.arrive(Driver.head(.POST, "/", ["transfer-encoding": "chunked"]))
        XCTAssertEqual(driver.arrive(.body(ByteBuffer(string: "12345678"))), .none)
        XCTAssertEqual(driver.arrive(.body(ByteBuffer(string: "9"))), .refuse(.bodyTooLarge))
        XCTAssertEqual(driver.receive(.body(ByteBuffer(string: "0"))), .none, "later input is discarded")
        XCTAssertEqual(driver.receive(.end(nil)), .none)
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    func test_chunk_extensions_beyond_their_limit_are_refused() {
        _ = driver.arrive(Driver.head(.POST, "/", ["transfer-encoding": "chunked"]))
        XCTAssertEqual(driver.state.bytesDidArrive(129, isBlank: false), .none)
        XCTAssertEqual(driver.state.bytesDidArrive(1, isBlank: false), .refuse(.malformed(.chunkOverhead)))
    }

    func test_continue_is_sent_for_a_body_alone() {
        let fields: HTTPHeaders = ["expect": "100-continue"]
        let waits: HTTPHeaders = ["expect": "100-continue", "content-length": "3"]
        XCTAssertEqual(
            driver.arrive(Driver.head(.POST, "/", waits)),
            .receiveBody(within: .seconds(2), sendsContinue: true)
        )
        driver = Driver()
        XCTAssertEqual(
            driver.arrive(Driver.head(.POST, "/", fields)),
            .receiveBody(within: .seconds(2), sendsContinue: false)
        )
        driver = Driver()
        XCTAssertEqual(
            driver.arrive(Driver.head(.POST, "/", version: .http1_0, waits)),
            .receiveBody(within: .seconds(2), sendsContinue: false)
        )
        driver = Driver()
        XCTAssertEqual(
            driver.arrive(Driver.head(.POST, "/", ["expect": "a-miracle"])),
            .refuse(.expectationUnknown)
        )
    }

    func test_what_no_decoder_announces_is_refused() {
        XCTAssertEqual(driver.receive(.body(ByteBuffer())), .refuse(.malformed(.order)))
        driver = Driver()
        XCTAssertEqual(driver.receive(.end(nil)), .refuse(.malformed(.order)))
        driver = Driver()
        _ = driver.receive(Driver.head())
        XCTAssertEqual(driver.receive(Driver.head()), .refuse(.malformed(.order)))
        driver = Driver()
        _ = driver.receive(Driver.head())
        XCTAssertEqual(driver.receive(.end(["not a name": "1"])), .refuse(.malformed(.fieldName)))
    }

    func test_a_client_that_asks_to_close_gets_a_last_answer() {
        for (version, fields, keepsAlive) in [
            (HTTPVersion.http1_1, HTTPHeaders([("connection", "close")]), false),
            (.http1_1, ["connection": "upgrade", "upgrade": "websocket"], false),
            (.http1_0, [:], false),
            (.http1_0, ["connection": "keep-alive"], true),
        ] {
            driver = Driver()
            _ = driver.take(version: version, fields)
            XCTAssertEqual(
                driver.state.answerIsReady(at: Driver.start),
                .send(version: version, wantsNext: keepsAlive, keepsAlive: keepsAlive)
            )
            let next = HTTP1ConnectionStateMachine.Action.takeQueued(within: .seconds(4))
            XCTAssertEqual(driver.state.answerWasSent(isWhole: true), keepsAlive ? next : .close)
        }
    }

    func test_an_answer_that_was_not_sent_whole_closes() {
        _ = driver.take()
        _ = driver.state.answerIsReady(at: Driver.start)
        XCTAssertEqual(driver.state.answerWasSent(isWhole: false), .close)
        XCTAssertTrue(driver.state.isClosed)
    }

    func test_requests_sent_ahead_wait_and_are_taken_in_order() {
        _ = driver.take("/1")
        XCTAssertFalse(driver.state.readWasRequested(), "nothing is read while a request is answered")
        XCTAssertEqual(driver.arrive(Driver.head(.GET, "/2")), .none)
        XCTAssertEqual(driver.receive(.end(nil)), .none)
        XCTAssertEqual(driver.arrive(Driver.head(.GET, "/3")), .none)
        XCTAssertEqual(driver.receive(.end(nil)), .none)
        XCTAssertEqual(driver.giveAnswer(), .takeQueued(within: .seconds(4)))
        XCTAssertEqual(driver.nextQueued(), .receiveBody(within: .seconds(2), sendsContinue: false))
        XCTAssertEqual(driver.nextQueued(), .answer(Driver.request(.get, "/2"), body: [], trailers: [:]))
        // An answer that needs no waiting returns to the loop that is under way.
        XCTAssertEqual(driver.giveAnswer(), .wait(.seconds(4)))
        XCTAssertEqual(driver.nextQueued(), .receiveBody(within: .seconds(2), sendsContinue: false))
        XCTAssertEqual(driver.nextQueued(), .answer(Driver.request(.get, "/3"), body: [], trailers: [:]))
        XCTAssertNil(driver.nextQueued(), "the answer is awaited")
        XCTAssertEqual(driver.giveAnswer(), .takeQueued(within: .seconds(4)))
        XCTAssertEqual(driver.nextQueued(), .read, "the read that was held")
        XCTAssertNil(driver.nextQueued())
        XCTAssertTrue(driver.state.readWasRequested())
    }

    func test_a_header_that_began_behind_a_request_has_its_deadline() {
        _ = driver.take()
        XCTAssertEqual(driver.state.bytesDidArrive(3, isBlank: false), .none)
        XCTAssertEqual(driver.giveAnswer(), .takeQueued(within: .seconds(1)))
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.timeDidRunOut(), .refuse(.tooSlow))
    }

    func test_bytes_that_cannot_be_parsed_are_refused_behind_the_answers_before_them() {
        XCTAssertEqual(driver.state.parsingFailed(.headerTooLarge), .refuse(.headerTooLarge))
        XCTAssertEqual(driver.state.parsingFailed(.malformed(.unreadable(.lfExpected))), .none)
        driver = Driver()
        _ = driver.arrive(Driver.head(.POST, "/", ["content-length": "3"]))
        XCTAssertEqual(
            driver.state.parsingFailed(.malformed(.unreadable(.lfExpected))),
            .refuse(.malformed(.unreadable(.lfExpected)))
        )
        driver = Driver()
        _ = driver.take()
        XCTAssertEqual(driver.state.parsingFailed(.malformed(.unreadable(.lfExpected))), .none)
        XCTAssertEqual(driver.state.parsingFailed(.headerTooLarge), .none, "the first counts")
        XCTAssertEqual(driver.giveAnswer(), .takeQueued(within: .seconds(4)))
        XCTAssertEqual(driver.nextQueued(), .refuse(.malformed(.unreadable(.lfExpected))))
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.answerWasSent(isWhole: true), .close)
    }

    func test_time_that_runs_out_is_answered_where_a_request_has_begun() {
        XCTAssertEqual(driver.state.timeDidRunOut(), .close)
        driver = Driver()
        _ = driver.state.bytesDidArrive(1, isBlank: false)
        XCTAssertEqual(driver.state.timeDidRunOut(), .refuse(.tooSlow))
        XCTAssertEqual(driver.state.timeDidRunOut(), .close, "the refusal is not taken either")
        driver = Driver()
        _ = driver.arrive(Driver.head(.POST, "/", ["content-length": "3"]))
        XCTAssertEqual(driver.state.timeDidRunOut(), .refuse(.tooSlow))
        driver = Driver()
        _ = driver.take()
        _ = driver.state.answerIsReady(at: Driver.start)
        XCTAssertEqual(driver.state.timeDidRunOut(), .close, "the answer is not taken")
        XCTAssertEqual(driver.state.answerWasSent(isWhole: false), .none)
    }

    func test_no_more_answers_begin_at_once_than_the_other_connections_can_wait_for() {
        for _ in 0..<PromptAnswers.most { XCTAssertTrue(driver.state.mayAnswerAtOnce()) }
        XCTAssertFalse(driver.state.mayAnswerAtOnce())
        driver.state.turnDidEnd()
        XCTAssertTrue(driver.state.mayAnswerAtOnce())
    }

    func test_nothing_is_done_once_the_connection_has_ended() {
        _ = driver.take()
        _ = driver.arrive(Driver.head())
        XCTAssertEqual(driver.state.close(), .close)
        XCTAssertEqual(driver.state.close(), .none)
        XCTAssertEqual(driver.state.answerIsReady(at: Driver.start), .discard)
        XCTAssertEqual(driver.arrive(Driver.head()), .none)
        XCTAssertNil(driver.nextQueued())
        XCTAssertEqual(driver.state.inputDidClose(), .none)
        XCTAssertEqual(driver.state.timeDidRunOut(), .none)
        XCTAssertEqual(driver.state.parsingFailed(.malformed(.unreadable(.lfExpected))), .none)
        XCTAssertTrue(driver.state.readWasRequested(), "the client's close_notify is still read")
        XCTAssertFalse(driver.state.allowsLateCertificate(isBoundKnown: true))
        XCTAssertFalse(driver.state.clientWasRefused())
    }
}
