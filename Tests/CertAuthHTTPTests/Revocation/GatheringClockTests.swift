// SPDX-License-Identifier: Apache-2.0
// Fetched evidence and remembered failures after the clock was ahead.

import CertAuth
import CertAuthHTTP
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class GatheringClockTests: XCTestCase {
    func test_a_failure_remembered_while_the_clock_was_ahead_is_forgotten_when_the_clock_is_corrected() async throws {
        try await RevocationServiceScene.run { scene in
            let now = scene.clock.now
            let alice = try scene.root.issue("alice", scene.service.profile())
            let authenticator = try scene.authenticator(scene.gatherer())
            scene.service.fault = .status(503)
            scene.clock.advance(by: .seconds(3_600))
            let ahead = await authenticator.authenticate(alice)
            XCTAssertEqual(ahead.word, "revocation-unknown")
            let count = scene.service.requests.count
            let remembered = await authenticator.authenticate(alice)
            XCTAssertEqual(remembered.word, "revocation-unknown")
            XCTAssertEqual(scene.service.requests.count, count, "the failure is remembered for seconds")
            scene.service.fault = nil
            scene.clock.set(to: now)
            let right = await authenticator.authenticate(alice)
            XCTAssertEqual(right.word, "success")
        }
    }

    func test_a_list_fetched_while_the_clock_was_ahead_is_refreshed_when_the_clock_is_corrected() async throws {
        try await RevocationServiceScene.run { scene in
            let now = scene.clock.now
            let alice = try scene.root.issue("alice", scene.service.profile())
            let gatherer = scene.gatherer()
            scene.clock.advance(by: .seconds(3 * 86_400))
            let ahead = try await scene.authenticator(gatherer).authenticate(alice)
            XCTAssertEqual(ahead.word, "success")
            let early = await gatherer.refresh()
            XCTAssertEqual(early, 0)
            scene.clock.set(to: now)
            XCTAssertEqual(gatherer.nextRefresh, now)
            let due = await gatherer.refresh()
            XCTAssertEqual(due, 1)
            XCTAssertGreaterThan(try XCTUnwrap(gatherer.nextRefresh), now)
        }
    }
}
