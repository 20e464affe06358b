// SPDX-License-Identifier: Apache-2.0
// The parts of an HTTP/2 connection that inspect or count bytes.

import CertAuthHTTP
import CertAuthTestSupport
import NIOCore
import XCTest

final class HTTP2ConnectionPartsTests: XCTestCase {
    private typealias Frame = HTTP2TestFrame

    private func boundaries(after frames: Frame...) -> HTTP2FrameBoundaries {
        var boundaries = HTTP2FrameBoundaries()
        boundaries.take(HTTP2TestFrame.preface)
        for frame in frames { boundaries.take(frame.bytes) }
        return boundaries
    }

    func test_a_header_block_ends_with_the_frame_with_END_HEADERS() {
        let settings = Frame(.settings)
        XCTAssertTrue(boundaries().isOpening)
        XCTAssertFalse(boundaries(after: settings).isOpening)
        XCTAssertFalse(boundaries(after: settings).isInHeaderBlock)
        let begun = Frame(.headers, stream: 1, [1, 2])
        let more = Frame(.continuation, stream: 1, [3])
        let last = Frame(.continuation, flags: 4, stream: 1)
        XCTAssertTrue(boundaries(after: settings, begun).isInHeaderBlock)
        XCTAssertTrue(boundaries(after: settings, begun, more).isInHeaderBlock)
        XCTAssertFalse(boundaries(after: settings, begun, more, last).isInHeaderBlock)
        XCTAssertFalse(boundaries(after: settings, Frame(.headers, flags: 4, stream: 1, [1])).isInHeaderBlock)
        XCTAssertFalse(boundaries(after: settings, Frame(.data, stream: 1, [1])).isInHeaderBlock)
        XCTAssertEqual(boundaries(after: settings, begun, last, Frame(.headers, flags: 4, stream: 3)).endings, 3)
        var part = boundaries(after: settings)
        part.take(Frame(.headers, flags: 4, stream: 1, [1, 2]).bytes.dropLast())
        XCTAssertTrue(part.isInHeaderBlock, "the frame is not whole yet")
        part.take([2])
        XCTAssertFalse(part.isInHeaderBlock)
    }

    func test_fuzzed_bytes_give_the_same_result_however_they_are_split() {
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255) & UInt8.random(in: 0...255) }
            var whole = HTTP2FrameBoundaries()
            whole.take(bytes)
            var cut = HTTP2FrameBoundaries()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...rest.count)
                cut.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            XCTAssertEqual(whole.isInHeaderBlock, cut.isInHeaderBlock, "\(bytes)")
            XCTAssertEqual(whole.isOpening, cut.isOpening, "\(bytes)")
            XCTAssertEqual(whole.endings, cut.endings, "\(bytes)")
        }
    }

    func test_room_is_given_in_the_order_in_which_it_was_asked_for() {
        final class Stream {}
        let streams = (0..<5).map { _ in Stream() }
        let names = streams.map { ObjectIdentifier($0) }
        var room = HTTP2BodyRoom(bytes: 10)
        XCTAssertTrue(room.enter(names[0], bytes: 6))
        XCTAssertFalse(room.enter(names[1], bytes: 6))
        XCTAssertFalse(room.enter(names[2], bytes: 1), "streams wait in order")
        XCTAssertFalse(room.enter(names[3], bytes: 4))
        XCTAssertEqual(room.leave(names[0]), [names[1], names[2]])
        XCTAssertFalse(room.enter(names[4], bytes: 9))
        XCTAssertEqual(room.leave(names[4]), [], "who waits may leave")
        XCTAssertEqual(room.leave(names[3]), [], "who waits may leave")
        XCTAssertEqual(room.leave(names[1]), [])
        XCTAssertEqual(room.leave(names[1]), [], "nothing is given back twice")
        XCTAssertEqual(room.leave(names[2]), [])
        XCTAssertTrue(room.enter(names[4], bytes: 10))
    }

    func test_frames_are_counted_in_30_seconds_and_work_allows_more() {
        let start = NIODeadline.uptimeNanoseconds(1)
        var budget = HTTP2FrameBudget(frames: 3)
        for _ in 0..<3 { XCTAssertTrue(budget.spend(at: start)) }
        XCTAssertFalse(budget.spend(at: start + .seconds(30) - .nanoseconds(1)))
        budget.earn(1)
        XCTAssertTrue(budget.spend(at: start + .seconds(29)))
        XCTAssertFalse(budget.spend(at: start + .seconds(29)))
        for _ in 0..<3 { XCTAssertTrue(budget.spend(at: start + .seconds(30))) }
        XCTAssertFalse(budget.spend(at: start + .seconds(31)))
        budget.earn(.max)
        budget.earn(.max)
        XCTAssertTrue(budget.spend(at: start + .seconds(31)))
    }

    func test_a_stream_is_over_once_its_client_has_ended_it_and_an_unused_one_never_was() {
        var streams = HTTP2OpenStreams()
        XCTAssertFalse(streams.isOver(1))
        XCTAssertTrue(streams.headerDidBegin(on: 1, endsStream: true))
        XCTAssertTrue(streams.isOver(1))
        XCTAssertTrue(streams.headerDidBegin(on: 3, endsStream: false))
        XCTAssertFalse(streams.isOver(3), "trailers may follow")
        XCTAssertFalse(streams.headerDidBegin(on: 3, endsStream: true))
        XCTAssertTrue(streams.isOver(3))
        XCTAssertTrue(streams.headerDidBegin(on: 9, endsStream: false))
        XCTAssertFalse(streams.isOver(5), "passed over")
        XCTAssertFalse(streams.isOver(7), "passed over")
        XCTAssertFalse(streams.isOver(9))
        streams.remove(9)
        XCTAssertTrue(streams.isOver(9))
        XCTAssertFalse(streams.isOver(11))
    }
}
