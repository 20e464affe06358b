// SPDX-License-Identifier: Apache-2.0
// How many bytes of bodies one connection may make the server hold, and who waits for room.

/// The room for the bodies of one connection's requests, given out in the order in which it was asked for.
///
/// Room for a whole body is kept before any of it is read, so that streams that have begun can always end.
package struct HTTP2BodyRoom {
    private var free: Int
    private var given: [ObjectIdentifier: Int] = [:]
    private var waiting: [(stream: ObjectIdentifier, bytes: Int)] = []

    /// Room for so many bytes.
    package init(bytes: Int) { free = bytes }

    /// Keeps room for a stream. Returns false when it has to wait until `leave` names it.
    package mutating func enter(_ stream: ObjectIdentifier, bytes: Int) -> Bool {
        guard waiting.isEmpty, bytes <= free else {
            waiting.append((stream, bytes))
            return false
        }
        free -= bytes
        given[stream] = bytes
        return true
    }

    /// Takes back what a stream was given, or its place among those who wait.
    ///
    /// - Returns: the streams for which there is room now.
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
