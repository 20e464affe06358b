// SPDX-License-Identifier: Apache-2.0
// Places for fetches: each is given once, in order, and none is lost.

import CertAuth
import Synchronization
import XCTest

@testable import CertAuthHTTP

/// A deadline that no test reaches.
private let never = ContinuousClock.now + .seconds(86_400)

final class FetchSlotsTests: XCTestCase {
    /// Whether a place is free at this moment.
    private func hasFreePlace(_ slots: FetchSlots) async -> Bool {
        guard await slots.acquire(before: .now) else { return false }
        slots.release()
        return true
    }

    func test_a_place_is_given_up_to_the_count_and_again_after_its_release() async {
        let slots = FetchSlots(count: 2)
        for _ in 0..<2 {
            let isGiven = await slots.acquire(before: .now)
            XCTAssertTrue(isGiven)
        }
        let third = await slots.acquire(before: .now)
        XCTAssertFalse(third)
        slots.release()
        let again = await slots.acquire(before: .now)
        XCTAssertTrue(again)
    }

    func test_a_released_place_goes_to_the_request_that_still_waits() async {
        let slots = FetchSlots(count: 1)
        _ = await slots.acquire(before: .now)
        let cancelled = Task { await slots.acquire(before: never) }
        cancelled.cancel()
        let isGiven = await cancelled.value
        XCTAssertFalse(isGiven)
        let timedOut = await slots.acquire(before: .now)
        XCTAssertFalse(timedOut)
        let waiting = Task { await slots.acquire(before: never) }
        slots.release()
        let isServed = await waiting.value
        XCTAssertTrue(isServed)
        let isFree = await hasFreePlace(slots)
        XCTAssertFalse(isFree, "it has the only place")
        slots.release()
        let isFreeAgain = await hasFreePlace(slots)
        XCTAssertTrue(isFreeAgain)
    }

    func test_no_place_is_lost_or_given_twice_while_requests_are_cancelled() async {
        let slots = FetchSlots(count: 3)
        let load = Load()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                let request = Task {
                    guard await slots.acquire(before: number.isMultiple(of: 5) ? .now : never) else { return }
                    load.begin()
                    await Task.yield()
                    load.end()
                    slots.release()
                }
                group.addTask {
                    if number.isMultiple(of: 3) {
                        await Task.yield()
                        request.cancel()
                    }
                    await request.value
                }
            }
        }
        XCTAssertLessThanOrEqual(load.most, 3)
        for _ in 0..<3 {
            let isGiven = await slots.acquire(before: .now)
            XCTAssertTrue(isGiven, "a place was lost")
        }
        let fourth = await slots.acquire(before: .now)
        XCTAssertFalse(fourth)
    }
}

/// How many requests have a place, and how many had one at once at most.
private final class Load: Sendable {
    private let state = Mutex((running: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func begin() {
        state.withLock { state in
            state.running += 1
            state.most = max(state.most, state.running)
        }
    }

    func end() { state.withLock { $0.running -= 1 } }
}
