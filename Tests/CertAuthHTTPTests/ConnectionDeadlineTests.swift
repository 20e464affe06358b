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

    func testItExpiresOnceAtItsTime() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .milliseconds(9_999))
        XCTAssertEqual(expirations, 0)
        loop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(expirations, 1)
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 1)
    }

    func testMovedBackItExpiresAtTheLaterTimeAlone() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .seconds(6))
        deadline.move(to: .seconds(60))
        loop.advanceTime(by: .milliseconds(59_999))
        XCTAssertEqual(expirations, 0)
        loop.advanceTime(by: .milliseconds(1))
        XCTAssertEqual(expirations, 1)
    }

    func testMovedForwardItExpiresAtTheEarlierTimeAlone() {
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

    func testLiftedItWaitsUntilItIsMovedAgain() {
        let deadline = deadline()
        deadline.move(to: .seconds(10))
        deadline.lift()
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 0)
        deadline.move(to: .seconds(10))
        loop.advanceTime(by: .seconds(10))
        XCTAssertEqual(expirations, 1)
    }

    func testItMayBeMovedAsItExpires() {
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

    func testLetGoItNeverExpires() {
        var deadline: ConnectionDeadline? = deadline()
        deadline?.move(to: .seconds(1))
        deadline = nil
        loop.advanceTime(by: .hours(1))
        XCTAssertEqual(expirations, 0)
    }
}
