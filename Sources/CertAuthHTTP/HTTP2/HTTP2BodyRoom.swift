// SPDX-License-Identifier: Apache-2.0

/// The room for the bodies of one connection's requests, granted in the order of the requests for it.
///
/// Room for a whole body is reserved before any of it is read, so that streams that have begun can always complete.
package struct HTTP2BodyRoom {
    private var free: Int
    private var given: [ObjectIdentifier: Int] = [:]
    private var waiting: [(stream: ObjectIdentifier, bytes: Int)] = []

    /// Creates room for this number of bytes.
    package init(bytes: Int) { free = bytes }

    /// Reserves room for a stream. Returns false if the stream must wait until `leave` returns it.
    package mutating func enter(_ stream: ObjectIdentifier, bytes: Int) -> Bool {
        guard waiting.isEmpty, bytes <= free else {
            waiting.append((stream, bytes))
            return false
        }
        free -= bytes
        given[stream] = bytes
        return true
    }

    /// Releases a stream's room, or its place in the queue.
    ///
    /// - Returns: The streams for which there is room now.
    package mutating func leave(_ stream: ObjectIdentifier) -> [ObjectIdentifier] {
        if let bytes = given.removeValue(forKey: stream) {
            free += bytes
        } else {
            waiting.removeAll { $0.stream == stream }
        }
        var admitted: [ObjectIdentifier] = []
        while let next = waiting.first, next.bytes <= free {
            waiting.removeFirst()
            free -= next.bytes
            given[next.stream] = next.bytes
            admitted.append(next.stream)
        }
        return admitted
    }
}
