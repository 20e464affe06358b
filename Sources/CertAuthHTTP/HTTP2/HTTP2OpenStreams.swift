// SPDX-License-Identifier: Apache-2.0
// Which streams a client has opened, and which of them it has ended.

/// The streams on which a client may still send.
///
/// - Source: RFC 9113 sections 5.1 and 5.1.1.
package struct HTTP2OpenStreams {
    /// A client that skips more often gets another error code, nothing else.
    private static let mostSkips = 32

    private var last: UInt32 = 0
    private var open: Set<UInt32> = []
    /// Identifiers that the client has passed over.
    private var skipped: [ClosedRange<UInt32>] = []

    /// Of a connection that has had no stream.
    package init() {}

    /// Whether a header on a stream comes after the client, or this server, has ended it.
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

    /// The stream is over, or its client has sent the last of it.
    package mutating func remove(_ stream: UInt32) { open.remove(stream) }
}
