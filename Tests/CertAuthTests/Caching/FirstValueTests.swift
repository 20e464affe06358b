// SPDX-License-Identifier: Apache-2.0

import CertAuth
import XCTest

/// A deadline that no test reaches.
private let never = ContinuousClock.now + .seconds(86_400)

final class FirstValueTests: XCTestCase {
    func test_the_first_value_counts() async {
        let first = FirstValue<Int>()
        XCTAssertNil(first.value)
        XCTAssertTrue(first.settle(1))
        XCTAssertFalse(first.settle(2))
        XCTAssertEqual(first.value, 1)
        let waited = await first.wait()
        XCTAssertEqual(waited, 1)
        let raced = await first.wait(until: .now, timeout: 3, cancellation: 4)
        XCTAssertEqual(raced, 1, "settled before the deadline")
    }

    func test_a_failure_is_thrown_where_it_is_waited_for() async {
        struct Fault: Error {}
        let first = FirstValue<Result<Int, any Error>>()
        let waiting = Task {
            try await first.wait(until: never, timeout: .success(1), cancellation: .success(2)).get()
        }
        first.settle(.failure(Fault()))
        let outcome = await waiting.result
        XCTAssertThrowsError(try outcome.get()) { XCTAssertTrue($0 is Fault, "\($0)") }
    }

    func test_the_deadline_settles_the_value() async {
        let first = FirstValue<String>()
        let waited = await first.wait(until: .now, timeout: "timeout", cancellation: "cancellation")
        XCTAssertEqual(waited, "timeout")
        XCTAssertFalse(first.settle("late"))
        XCTAssertEqual(first.value, "timeout")
    }

    func test_the_cancellation_of_the_waiting_task_settles_the_value() async {
        for isEarly in [true, false] {
            let (first, began) = (FirstValue<String>(), FirstValue<Void>())
            let waiting = Task {
                if isEarly { while !Task.isCancelled { await Task.yield() } }
                began.settle(())
                return await first.wait(until: never, timeout: "timeout", cancellation: "cancellation")
            }
            if !isEarly { await began.wait() }
            waiting.cancel()
            let waited = await waiting.value
            XCTAssertEqual(waited, "cancellation")
            XCTAssertFalse(first.settle("late"))
        }
    }

    func test_a_patient_task_waits_on_after_its_cancellation() async {
        let first = FirstValue<String>()
        let waiting = Task { await first.wait() }
        waiting.cancel()
        XCTAssertTrue(first.settle("value"))
        let waited = await waiting.value
        XCTAssertEqual(waited, "value")
    }

    func test_of_many_that_settle_at_once_exactly_one_counts() async {
        for _ in 0..<50 {
            let first = FirstValue<Int>()
            let waiting = Task { await first.wait() }
            let winners = await withTaskGroup(of: Int?.self, returning: [Int].self) { group in
                for number in 0..<20 { group.addTask { first.settle(number) ? number : nil } }
                return await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
            }
            let waited = await waiting.value
            XCTAssertEqual(winners, [waited])
        }
    }
}
