// SPDX-License-Identifier: Apache-2.0

import XCTest

@testable import CertAuth

/// A deadline that no test reaches.
private let never = ContinuousClock.now + .seconds(86_400)

final class SharedResultTests: XCTestCase {
    /// Work that ends only when it is cancelled, and tells that it was.
    private func endlessWork() -> (task: Task<Void, Never>, wasCancelled: FirstValue<Void>) {
        let wasCancelled = FirstValue<Void>()
        let forever = FirstValue<Void>()
        let task = Task {
            await forever.wait(until: never, timeout: (), cancellation: ())
            wasCancelled.settle(())
        }
        return (task, wasCancelled)
    }

    func test_all_that_wait_get_the_value_once_it_is_delivered() async {
        let result = SharedResult<Int>()
        let values = await withTaskGroup(of: Int?.self, returning: [Int?].self) { group in
            for number in 0..<40 {
                let hasDeadline = number.isMultiple(of: 2)
                if hasDeadline { XCTAssertTrue(result.join()) }
                group.addTask { hasDeadline ? await result.value(before: never) : await result.value }
            }
            group.addTask {
                result.deliver(7)
                return 7
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        XCTAssertEqual(values, [Int?](repeating: 7, count: 41))
        let late = await result.value
        XCTAssertEqual(late, 7)
        XCTAssertTrue(result.join())
        let atOnce = await result.value(before: .now)
        XCTAssertEqual(atOnce, 7, "delivered before the deadline is looked at")
    }

    func test_only_the_first_delivery_has_an_effect() async {
        let result = SharedResult<String>()
        result.deliver("first")
        result.deliver("second")
        let value = await result.value
        XCTAssertEqual(value, "first")
    }

    func test_a_failure_reaches_all_that_wait() async {
        struct Fault: Error {}
        let result = SharedResult<Result<Int, any Error>>()
        let waiting = (0..<5).map { _ in Task { try await result.value.get() } }
        result.deliver(.failure(Fault()))
        for task in waiting {
            let outcome = await task.result
            XCTAssertThrowsError(try outcome.get()) { XCTAssertTrue($0 is Fault, "\($0)") }
        }
    }

    func test_a_participant_leaves_at_its_deadline_and_the_work_goes_on() async {
        let result = SharedResult<Int>()
        let (work, _) = endlessWork()
        result.begin(work)
        XCTAssertTrue(result.join())
        let nothing = await result.value(before: .now)
        XCTAssertNil(nothing)
        XCTAssertFalse(result.isAbandoned)
        XCTAssertFalse(work.isCancelled)
        XCTAssertTrue(result.join(), "a later one may wait for the same work")
        let next = Task { await result.value(before: never) }
        result.deliver(3)
        let value = await next.value
        XCTAssertEqual(value, 3)
        work.cancel()
    }

    func test_work_is_cancelled_once_all_participants_are() async {
        let result = SharedResult<Int>()
        let (work, wasCancelled) = endlessWork()
        result.begin(work)
        let waiting = (0..<3).map { _ in
            XCTAssertTrue(result.join())
            return Task { await result.value(before: never) }
        }
        for (index, task) in waiting.enumerated() {
            XCTAssertFalse(result.isAbandoned, "\(index)")
            XCTAssertFalse(work.isCancelled, "\(index)")
            task.cancel()
            let value = await task.value
            XCTAssertNil(value)
        }
        XCTAssertTrue(result.isAbandoned)
        await wasCancelled.wait()
        XCTAssertFalse(result.join(), "nothing will come of it")
    }

    func test_work_that_begins_after_all_participants_were_cancelled_is_cancelled_at_once() async {
        let result = SharedResult<Int>()
        XCTAssertTrue(result.join())
        let waiting = Task { await result.value(before: never) }
        waiting.cancel()
        _ = await waiting.value
        let (work, wasCancelled) = endlessWork()
        result.begin(work)
        await wasCancelled.wait()
    }

    func test_the_cancellation_of_one_participant_does_not_affect_the_others() async {
        let result = SharedResult<Int>()
        let (work, _) = endlessWork()
        result.begin(work)
        let waiting = (0..<2).map { _ in
            XCTAssertTrue(result.join())
            return Task { await result.value(before: never) }
        }
        waiting[0].cancel()
        let cancelled = await waiting[0].value
        XCTAssertNil(cancelled)
        result.deliver(5)
        let value = await waiting[1].value
        XCTAssertEqual(value, 5)
        XCTAssertFalse(work.isCancelled)
        work.cancel()
    }

    func test_a_task_without_a_deadline_waits_on_after_its_cancellation() async {
        let result = SharedResult<Int>()
        let waiting = Task { await result.value }
        waiting.cancel()
        result.deliver(1)
        let value = await waiting.value
        XCTAssertEqual(value, 1)
    }
}
