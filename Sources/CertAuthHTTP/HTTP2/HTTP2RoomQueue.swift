// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Reserves memory for request bodies. Returns the streams that obtained it, one at a time.
struct HTTP2RoomQueue {
    private var room: HTTP2BodyRoom
    /// Streams that received room and have not been notified.
    private var admitted = CircularBuffer<ObjectIdentifier>()
    /// Whether streams are being notified, further up the call stack.
    private var isTelling = false

    init(bytes: Int) { room = HTTP2BodyRoom(bytes: bytes) }

    /// Requests room. Returns whether it is granted immediately.
    mutating func enter(_ stream: ObjectIdentifier, bytes: Int) -> Bool { room.enter(stream, bytes: bytes) }

    /// Releases a stream's room.
    ///
    /// - Returns: Whether to call `nextAdmitted` until it returns nil. A body that has already arrived is answered
    ///   immediately and calls this method recursively. The outer loop continues.
    mutating func leave(_ stream: ObjectIdentifier) -> Bool {
        admitted += room.leave(stream)
        guard !isTelling else { return false }
        isTelling = true
        return true
    }

    /// The next stream that received room.
    mutating func nextAdmitted() -> ObjectIdentifier? {
        let next = admitted.popFirst()
        isTelling = next != nil
        return next
    }
}
