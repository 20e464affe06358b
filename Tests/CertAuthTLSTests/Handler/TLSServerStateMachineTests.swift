// SPDX-License-Identifier: Apache-2.0
// The permitted order of a TLS connection's steps.

import CertAuthTLS
import XCTest

final class TLSServerStateMachineTests: XCTestCase {
    func test_nothing_is_released_before_the_client_is_admitted() {
        var state = TLSServerStateMachine()
        XCTAssertFalse(state.releasesPlaintext)
        XCTAssertTrue(state.start())
        XCTAssertFalse(state.releasesPlaintext)
        XCTAssertTrue(state.completeHandshake(validates: true))
        XCTAssertEqual(state.phase, .validating)
        XCTAssertFalse(state.releasesPlaintext)
        XCTAssertFalse(state.encrypts)
        XCTAssertTrue(state.admit())
        XCTAssertTrue(state.releasesPlaintext)
        XCTAssertTrue(state.encrypts)
    }

    func test_a_handshake_starts_once_and_only_from_idle() {
        var state = TLSServerStateMachine()
        XCTAssertTrue(state.start())
        XCTAssertFalse(state.start())
    }

    func test_an_admission_that_comes_too_late_changes_nothing() {
        var state = TLSServerStateMachine()
        _ = state.start()
        _ = state.completeHandshake(validates: true)
        XCTAssertTrue(state.fail())
        XCTAssertFalse(state.admit())
        XCTAssertEqual(state.phase, .closing)
        XCTAssertFalse(state.fail())
    }

    func test_closing_sends_close_notify_only_after_the_handshake() {
        var early = TLSServerStateMachine()
        _ = early.start()
        XCTAssertEqual(early.close(), .closeNow)
        var late = TLSServerStateMachine()
        _ = late.start()
        _ = late.completeHandshake(validates: false)
        XCTAssertEqual(late.close(), .sendCloseNotify)
        XCTAssertEqual(late.close(), .wait)
        XCTAssertEqual(late.end(), .closing)
        XCTAssertEqual(late.close(), .closeNow)
    }

    func test_a_half_closed_connection_still_sends() {
        var state = TLSServerStateMachine()
        _ = state.start()
        _ = state.completeHandshake(validates: false)
        XCTAssertTrue(state.closeInput())
        XCTAssertFalse(state.closeInput())
        XCTAssertFalse(state.releasesPlaintext)
        XCTAssertTrue(state.encrypts)
        XCTAssertTrue(state.closeOutput())
        XCTAssertFalse(state.encrypts)
        XCTAssertEqual(state.close(), .closeNow)
    }
}
