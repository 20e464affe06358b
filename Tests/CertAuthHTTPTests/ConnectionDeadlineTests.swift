// SPDX-License-Identifier: Apache-2.0
// A deadline that is moved ends a connection exactly once, at the right time.

import CertAuthHTTP
import NIOCore
import NIOEmbedded
import XCTest

final class ConnectionDeadlineTests: XCTestCase {
    private let loop = EmbeddedEventLoop()
    private var expirations = 0

    private func deadline() -> ConnectionDeadline {
        ConnectionDeadline(on: loop) { [unowned self] in expirations += 1 }
    }

    func test_a_deadline_expires_once_at_its_time() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .milliseconds(9_999))
        XCTAssertEqual(expirations, 0)
        loop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(expirations, 1)
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 1)
    }

    func test_a_deadline_moved_back_expires_only_at_the_later_time() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .seconds(6))
        deadline.move(to: .seconds(60))
        loop.advanceTime(by: .milliseconds(59_999))
        XCTAssertEqual(expirations, 0)
        loop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(expirations, 1)
    }

    func test_a_deadline_moved_forward_expires_only_at_the_earlier_time() {
        let deadline = deadline()
        deadline.move(to: .seconds(60))
        deadline.move(to: .seconds(5))
        loop.advanceTime(by: .milliseconds(4_999))
        XCTAssertEqual(expirations, 0)
        loop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(expirations, 1)
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 1)
    }

    func test_a_suspended_deadline_waits_until_it_is_set_again() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        deadline.lift()
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 0)
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .seconds(10))
        XCTAssertEqual(expirations, 1)
    }

    func test_a_deadline_can_be_moved_while_it_expires() {
        var moved: ConnectionDeadline?
        let deadline = ConnectionDeadline(on: loop) { [unowned self] in
            expirations += 1
            moved?.move(to: .seconds(1))
        }
        moved = deadline
        deadline.move(to: .seconds(1))
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(expirations, 1)
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(expirations, 2)
        moved = nil
    }

    func test_a_cancelled_deadline_never_expires() {
        var deadline: ConnectionDeadline? = deadline()
        deadline?.move(to: .seconds(1))
        deadline = nil
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 0)
    }
}
