// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// What a client has sent after the request that is being answered.
struct HTTP1ReceivedAhead {
    /// The maximum number of bytes of further requests that are read before the last answer of a connection.
    static let mostBytes = 64 * 1024

    /// Decoded parts of further requests.
    ///
    /// Most connections never have any, so they start with the smallest memory.
    private var parts = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 1)
    /// The number of bytes that were read while a request is answered.
    private var byteCount = 0
    /// Whether bytes other than blank lines have arrived after the request that is being answered.
    private var hasBytes = false
    /// Whether the latest bytes belong to an incomplete request.
    private(set) var isRequestIncomplete = false
    /// Why later bytes could not be parsed. The refusal follows the answers to the requests before them.
    private(set) var parseFailure: RequestDefect?

    /// Whether no decoded part is queued.
    var isEmpty: Bool { parts.isEmpty }

    /// Whether the client has sent exactly one request and no other byte.
    var isRequestAlone: Bool { parts.isEmpty && !hasBytes && parseFailure == nil }

    /// Whether further requests, or bytes that will be refused, have already arrived.
    var hasMoreToAnswer: Bool { !parts.isEmpty || parseFailure != nil }

    /// Whether the limit of bytes that are read ahead is not reached.
    var hasRoom: Bool { byteCount < Self.mostBytes }

    /// Records bytes that arrived, in any phase.
    ///
    /// Bytes that were decoded before they are announced have a count of 0. They were already recorded as parts.
    mutating func noteArrival(of count: Int, isBlank: Bool) {
        if !isBlank, count > 0 { isRequestIncomplete = true }
    }

    /// Records the end of a decoded request, in any phase.
    mutating func noteEndOfRequest() { isRequestIncomplete = false }

    /// Counts bytes that arrived while a request is answered.
    mutating func count(_ bytes: Int, isBlank: Bool) {
        if !isBlank { hasBytes = true }
        byteCount += bytes
    }

    /// Stores a part of a later request.
    mutating func append(_ part: HTTPServerRequestPart) { parts.append(part) }

    /// Stores the first parse failure.
    mutating func fail(with defect: RequestDefect) { parseFailure = parseFailure ?? defect }

    /// Removes and returns the next part.
    mutating func popFirst() -> HTTPServerRequestPart? {
        guard let part = parts.popFirst() else { return nil }
        if parts.isEmpty { byteCount = 0 }
        return part
    }

    /// Resets the counters after an answer was sent.
    ///
    /// - Returns: Whether a header has begun to arrive.
    mutating func answerWasSent() -> Bool {
        if parts.isEmpty { byteCount = 0 }
        // An incomplete request may follow the queued parts; only the decoder knows.
        hasBytes = !parts.isEmpty
        return parts.isEmpty && isRequestIncomplete
    }

    /// Discards the parts, because the connection has ended.
    mutating func removeAll() { parts.removeAll() }
}
