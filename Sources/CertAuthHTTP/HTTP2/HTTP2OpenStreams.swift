// SPDX-License-Identifier: Apache-2.0

/// The streams that a client has opened and may still send on.
///
/// - Source: RFC 9113 sections 5.1 and 5.1.1.
package struct HTTP2OpenStreams {
    /// A client that skips identifiers more often receives another error code, with no other effect.
    private static let mostSkips = 32

    private var last: UInt32 = 0
    private var open: Set<UInt32> = []
    /// Identifiers that the client has skipped.
    private var skipped: [ClosedRange<UInt32>] = []

    /// Creates the state of a connection without streams.
    package init() {}

    /// Whether a header on a stream arrives after the client, or this server, has ended the stream.
    ///
    /// False for identifiers that were never used, which are another error.
    package func isOver(_ stream: UInt32) -> Bool {
        stream & 1 == 1 && stream <= last && !open.contains(stream) && !skipped.contains { $0.contains(stream) }
    }

    /// A header has begun. Returns whether it opens the stream.
    package mutating func headerDidBegin(on stream: UInt32, endsStream: Bool) -> Bool {
        let isNew = stream > last
        if isNew {
            if stream > last + 2, skipped.count < Self.mostSkips { skipped.append(last + 1...stream - 1) }
            last = stream
        }
        if endsStream {
            open.remove(stream)
        } else if isNew {
            open.insert(stream)
        }
        return isNew
    }

    /// The stream has ended, or the client has sent its last frame.
    package mutating func remove(_ stream: UInt32) { open.remove(stream) }
}
