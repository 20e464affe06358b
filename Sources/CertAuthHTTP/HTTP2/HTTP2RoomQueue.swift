// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Hands out the room for bodies, and names the streams that have got room one after the other.
struct HTTP2RoomQueue {
    private var room: HTTP2BodyRoom
    /// Streams that have room and have not been told.
    private var admitted = CircularBuffer<ObjectIdentifier>()
    /// Whether streams are being told, further up the call stack.
    private var isTelling = false

    init(bytes: Int) { room = HTTP2BodyRoom(bytes: bytes) }

    /// Asks for room. Returns whether there is some at once.
    mutating func enter(_ stream: ObjectIdentifier, bytes: Int) -> Bool { room.enter(stream, bytes: bytes) }

    /// Takes a stream's room back.
    ///
    /// - Returns: whether to call `nextAdmitted` until it returns nil. A body that is there already is answered at once and
    ///   leaves from within: the loop that began goes on.
    mutating func leave(_ stream: ObjectIdentifier) -> Bool {
        admitted += room.leave(stream)
        guard !isTelling else { return false }
        isTelling = true
        return true
    }

    /// The next stream that has got room.
    mutating func nextAdmitted() -> ObjectIdentifier? {
        let next = admitted.popFirst()
        isTelling = next != nil
        return next
    }
}
