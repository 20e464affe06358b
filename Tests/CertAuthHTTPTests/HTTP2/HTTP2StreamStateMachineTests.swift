// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2
import XCTest

@testable import CertAuthHTTP

/// One request of an HTTP/2 connection and its answer, without a channel.
final class HTTP2StreamStateMachineTests: XCTestCase {
    private typealias Action = HTTP2StreamStateMachine.Action

    private static let limits: HTTPSListenerLimits = {
        var limits = HTTPSListenerLimits()
        limits.bodyTimeout = .seconds(2)
        limits.bodyBytes = 8
        return limits
    }()

    private var state = HTTP2StreamStateMachine(limits: limits)

    private func head(_ fields: HPACKHeaders = [:], method: String = "POST") -> HPACKHeaders {
        var block: HPACKHeaders = [":method": method, ":scheme": "https", ":authority": "a", ":path": "/"]
        block.add(contentsOf: fields)
        return block
    }

    private func receive(
        _ block: HPACKHeaders,
        endsStream: Bool = false,
        mayHoldStream: Bool = true,
        needsCertificate: Bool = false
    ) -> Action {
        state.received(block, endsStream: endsStream, mayHoldStream: mayHoldStream) { _ in needsCertificate }
    }

    private func receive(_ text: String, endsStream: Bool = false) -> Action {
        state.received(ByteBuffer(string: text), endsStream: endsStream)
    }

    private func request(_ method: HTTPRequest.Method) -> HTTPRequest {
        HTTPRequest(method: method, scheme: "https", authority: "a", path: "/")
    }

    func test_a_request_without_a_body_is_answered_at_once() {
        XCTAssertEqual(
            receive(head(method: "GET"), endsStream: true),
            .answer(request(.get), body: [], trailers: [:], needsCertificate: false)
        )
        XCTAssertFalse(state.reads)
        XCTAssertTrue(state.answerIsReady())
        XCTAssertFalse(state.answerIsReady())
        XCTAssertEqual(state.method, .get)
        XCTAssertEqual(state.answerWasSent(isWhole: true), .liftDeadline)
    }

    func test_a_body_is_read_once_there_is_room_for_it() {
        XCTAssertEqual(receive(head()), .askForRoom(bytes: 8))
        XCTAssertFalse(state.reads)
        XCTAssertEqual(state.roomWasGiven(), .receiveBody(within: .seconds(2), sendsContinue: false))
        XCTAssertTrue(state.reads)
        XCTAssertEqual(receive("abc"), .none)
        XCTAssertTrue(state.reads)
        XCTAssertEqual(receive("de"), .none)
        XCTAssertFalse(state.isWhole)
        let action = receive(["x-sum": "1"], endsStream: true)
        guard case .answer(_, let body, let trailers, needsCertificate: false) = action else {
            return XCTFail("\(action)")
        }
        XCTAssertEqual(body, Array("abcde".utf8))
        XCTAssertEqual(trailers.map(\.value), ["1"])
        XCTAssertTrue(state.isWhole)
    }

    func test_the_announced_bytes_are_asked_for_and_continue_is_sent_once_there_is_room() {
        let fields: HPACKHeaders = ["content-length": "3", "expect": "100-continue"]
        XCTAssertEqual(receive(head(fields)), .askForRoom(bytes: 3))
        XCTAssertEqual(state.roomWasGiven(), .receiveBody(within: .seconds(2), sendsContinue: true))
    }

    func test_a_body_beyond_its_limit_is_refused_and_the_rest_is_not_wanted() {
        XCTAssertEqual(receive(head(["content-length": "9"])), .refuse(.bodyTooLarge))
        state = HTTP2StreamStateMachine(limits: Self.limits)
        _ = receive(head())
        _ = state.roomWasGiven()
        XCTAssertEqual(receive("12345678"), .none)
        XCTAssertEqual(receive("9"), .refuse(.bodyTooLarge))
        XCTAssertEqual(receive("0", endsStream: true), .none)
        XCTAssertEqual(state.answerWasSent(isWhole: true), .reset(.noError))
        XCTAssertTrue(state.isClosed)
    }

    func test_a_malformed_request_is_refused_and_its_method_is_known() {
        XCTAssertEqual(receive([":method": "HEAD"], endsStream: true), .refuse(.malformed(.pseudoFields)))
        XCTAssertEqual(state.method, .head)
        XCTAssertEqual(state.answerWasSent(isWhole: true), .liftDeadline)
    }

    func test_a_client_that_would_have_to_be_asked_is_answered_whatever_its_body() {
        XCTAssertEqual(
            receive(head(), needsCertificate: true),
            .answer(request(.post), body: [], trailers: [:], needsCertificate: true)
        )
        XCTAssertEqual(receive("abc"), .none)
        XCTAssertTrue(state.answerIsReady())
        XCTAssertEqual(state.answerWasSent(isWhole: true), .reset(.noError))
    }

    func test_a_stream_or_request_too_many_is_reset() {
        XCTAssertEqual(receive(head(), mayHoldStream: false), .reset(.refusedStream))
        XCTAssertEqual(receive(head()), .none)
        state = HTTP2StreamStateMachine(limits: Self.limits)
        _ = receive(head(), endsStream: true)
        XCTAssertEqual(state.requestCannotBegin(), .reset(.refusedStream))
        XCTAssertFalse(state.answerIsReady())
    }

    func test_time_that_runs_out_is_answered_where_the_body_is_missing() {
        XCTAssertEqual(state.timeDidRunOut(), .none)
        _ = receive(head())
        XCTAssertEqual(state.timeDidRunOut(), .refuse(.tooSlow))
        XCTAssertEqual(state.timeDidRunOut(), .reset(.cancel), "the answer is not taken")
        XCTAssertEqual(state.answerWasSent(isWhole: false), .none)
    }

    func test_an_answer_that_cannot_be_sent_resets_the_stream() {
        _ = receive(head(), endsStream: true)
        XCTAssertTrue(state.answerIsReady())
        XCTAssertEqual(state.answerWasSent(isWhole: false), .reset(.internalError))
    }

    func test_nothing_is_done_once_the_stream_is_gone() {
        _ = receive(head())
        state.channelDidClose()
        XCTAssertEqual(state.roomWasGiven(), .none)
        XCTAssertEqual(receive("abc"), .none)
        XCTAssertEqual(receive(head()), .none)
        XCTAssertFalse(state.answerIsReady())
        XCTAssertEqual(state.answerWasSent(isWhole: true), .none)
        XCTAssertEqual(state.timeDidRunOut(), .none)
    }
}
