// SPDX-License-Identifier: Apache-2.0
// One turn of an event loop handles a bounded number of connections, however many there are.

import NIOCore
import NIOEmbedded
import Synchronization
import XCTest

@testable import CertAuthTLS

final class LoopSlicesTests: XCTestCase {
    private final class Owner: Sendable {}

    private static let pause = TimeAmount.milliseconds(4)

    /// The owners whose work was done, in order.
    private final class Record: Sendable {
        private let owners = Mutex<[Int]>([])
        var done: [Int] { owners.withLock { $0 } }
        func note(_ owner: Int) { owners.withLock { $0.append(owner) } }
    }

    private let loop = EmbeddedEventLoop()
    private let record = Record()
    private lazy var slices = LoopSlices(on: loop, pause: Self.pause, longestTurn: .hours(1))

    private func items(_ owners: [Owner], from first: Int = 0) -> [LoopSlices.Item] {
        owners.indices.map { [record] index in LoopSlices.Item(of: owners[index]) { record.note(first + index) } }
    }

    func test_a_turn_handles_no_more_connections_when_there_are_ten_times_as_many() {
        for count in [40, 400] {
            let (loop, record) = (EmbeddedEventLoop(), Record())
            let slices = LoopSlices(on: loop, pause: Self.pause, longestTurn: .hours(1))
            let owners = (0..<count).map { _ in Owner() }
            slices.add(owners.indices.map { index in LoopSlices.Item(of: owners[index]) { record.note(index) } })
            loop.run()
            for turn in 1...count / LoopSlices.size {
                XCTAssertEqual(record.done, Array(0..<turn * LoopSlices.size), "in order, a slice in each turn")
                loop.advanceTime(by: Self.pause)
            }
            XCTAssertEqual(record.done.count, count)
        }
    }

    func test_work_that_is_added_one_by_one_is_sliced_too() {
        let owners = (0..<40).map { _ in Owner() }
        for item in items(owners) {
            slices.add([item])
            loop.run()
        }
        XCTAssertEqual(record.done, Array(0..<LoopSlices.size))
        loop.advanceTime(by: Self.pause)
        XCTAssertEqual(record.done, Array(0..<2 * LoopSlices.size))
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done, Array(0..<40))
    }

    func test_less_than_a_slice_is_done_at_once_and_again_after_a_pause() {
        let owners = (0..<LoopSlices.size).map { _ in Owner() }
        for _ in 1...3 {
            slices.add(items(owners))
            loop.run()
            loop.advanceTime(by: Self.pause)
        }
        XCTAssertEqual(record.done.count, 3 * LoopSlices.size)
    }

    func test_urgent_work_is_done_before_all_that_waits_and_once() {
        let owners = (0..<40).map { _ in Owner() }
        let items = items(owners)
        slices.add(items)
        loop.run()
        slices.add([items[39]], isUrgent: true)
        slices.add([items[38]], isUrgent: true)
        loop.advanceTime(by: Self.pause)
        XCTAssertEqual(record.done, Array(0..<8) + [38, 39] + Array(8..<14))
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done.sorted(), Array(0..<40))
    }

    func test_a_turn_that_takes_too_long_ends_before_its_slice_is_complete() {
        let slow = LoopSlices(on: loop, pause: Self.pause, longestTurn: .zero)
        let owners = (0..<3).map { _ in Owner() }
        slow.add(items(owners))
        loop.run()
        XCTAssertEqual(record.done, [0])
        loop.advanceTime(by: Self.pause)
        XCTAssertEqual(record.done, [0, 1])
        loop.advanceTime(by: Self.pause)
        XCTAssertEqual(record.done, [0, 1, 2])
    }

    func test_connections_that_wait_are_not_overtaken_by_a_second_change() {
        let owners = (0..<24).map { _ in Owner() }
        slices.add(items(owners))
        loop.run()
        slices.add(items(owners))
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done, Array(0..<24) + Array(0..<8), "once each, and again those that were told before it")
    }

    func test_work_is_spread_over_the_given_time() {
        let owners = (0..<80).map { _ in Owner() }
        slices.add(items(owners), over: .seconds(10))
        loop.run()
        for second in 1...9 {
            XCTAssertEqual(record.done.count, second * LoopSlices.size)
            loop.advanceTime(by: .seconds(1))
        }
        XCTAssertEqual(record.done.count, 80)
        slices.add(items(owners))
        loop.advanceTime(by: Self.pause)
        loop.advanceTime(by: Self.pause)
        XCTAssertEqual(record.done.count, 96, "the time applies only to that work")
    }

    func test_removed_work_is_not_done_and_not_kept() {
        var owners = (0..<24).map { _ in Owner() }
        weak let last = owners[23]
        slices.add(items(owners))
        loop.run()
        slices.remove(ObjectIdentifier(owners[12]))
        slices.remove(ObjectIdentifier(owners[23]))
        owners.removeLast()
        XCTAssertNil(last)
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done, Array(0..<12) + Array(13..<23))
        slices.add(items(owners))
        slices.removeAll()
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done.count, 22)
        slices.add(items(owners))
        loop.advanceTime(by: .seconds(1))
        XCTAssertEqual(record.done.count, 22 + owners.count, "later work is done")
    }
}
